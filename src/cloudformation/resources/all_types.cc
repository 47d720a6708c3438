#include "cloudformation/resources/types.h"

namespace lifeboat::cloudformation {

ResourceTypes AllResourceTypes() {
  ResourceTypes types;
  for (const auto make :
       {&MakeApiGatewayBasePathMapping, &MakeApiGatewayDeployment, &MakeApiGatewayDomainName,
        &MakeApiGatewayRestApi, &MakeApiGatewayStage, &MakeCertificateManagerCertificate,
        &MakeDynamoDbGlobalTable, &MakeDynamoDbTable, &MakeIamRole, &MakeLambdaFunction,
        &MakeLambdaPermission, &MakeRoute53HealthCheck, &MakeRoute53HostedZone,
        &MakeRoute53RecordSet, &MakeRoute53RecordSetGroup, &MakeS3Bucket}) {
    std::unique_ptr<ResourceType> type = make();
    std::string name(type->name());
    types.emplace(std::move(name), std::move(type));
  }
  return types;
}

bool IsMadeSince(const ResourceCall& call, WallTime made) {
  return made.unix_seconds() >= call.started_at.unix_seconds();
}

bool IsMadeSince(const ResourceCall& call, std::string_view iso8601) {
  const auto made = ParseIso8601(iso8601);
  return made.ok() && IsMadeSince(call, *made);
}

std::string GeneratedName(const ResourceCall& call, size_t max_length) {
  std::string stack = call.stack_name;
  std::string logical_id = call.logical_id;
  const size_t room = max_length - call.suffix.size() - 2;
  if (stack.size() + logical_id.size() > room) {
    if (logical_id.size() > room / 2) {
      logical_id.resize(std::max(room / 2, room - std::min(room, stack.size())));
    }
    stack.resize(std::min(stack.size(), room - logical_id.size()));
  }
  return stack + "-" + logical_id + "-" + call.suffix;
}

}  // namespace lifeboat::cloudformation
