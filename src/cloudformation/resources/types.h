// The resource types that there are, one function a file; all_types.cc puts them together.
#pragma once

#include <memory>

#include "cloudformation/resource_type.h"

namespace lifeboat::cloudformation {

std::unique_ptr<ResourceType> MakeApiGatewayBasePathMapping();
std::unique_ptr<ResourceType> MakeApiGatewayDeployment();
std::unique_ptr<ResourceType> MakeApiGatewayDomainName();
std::unique_ptr<ResourceType> MakeApiGatewayRestApi();
std::unique_ptr<ResourceType> MakeApiGatewayStage();
std::unique_ptr<ResourceType> MakeCertificateManagerCertificate();
std::unique_ptr<ResourceType> MakeDynamoDbGlobalTable();
std::unique_ptr<ResourceType> MakeDynamoDbTable();
std::unique_ptr<ResourceType> MakeIamRole();
std::unique_ptr<ResourceType> MakeLambdaFunction();
std::unique_ptr<ResourceType> MakeLambdaPermission();
std::unique_ptr<ResourceType> MakeRoute53HealthCheck();
std::unique_ptr<ResourceType> MakeRoute53HostedZone();
std::unique_ptr<ResourceType> MakeRoute53RecordSet();
std::unique_ptr<ResourceType> MakeRoute53RecordSetGroup();
std::unique_ptr<ResourceType> MakeS3Bucket();

}  // namespace lifeboat::cloudformation
