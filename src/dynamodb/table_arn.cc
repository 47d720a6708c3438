#include "dynamodb/table_arn.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "dynamodb/errors.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;

constexpr std::string_view kTable = "table/";

// arn, partition, service, region, account, resource; the last one keeps its colons.
using ArnParts = std::array<std::string_view, 6>;

bool Split(std::string_view arn, ArnParts& parts) {
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    const size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return false;
    parts[i] = arn.substr(0, colon);
    arn.remove_prefix(colon + 1);
  }
  parts.back() = arn;
  return true;
}

AwsError Invalid(std::string_view what, std::string_view arn) {
  return errors::InEnvelope(errors::Validation(fmt::format("Invalid {} in '{}'", what, arn)));
}

AwsError BadForm(std::string_view arn) {
  return errors::InEnvelope(errors::Validation(fmt::format(
      "Valid ARN format is arn:aws:dynamodb:<region>:<account>:table/<table name>, not '{}'",
      arn)));
}

AwsResult<void> CheckArn(std::string_view arn, const TableOwner& owner) {
  ArnParts parts;
  if (!Split(arn, parts)) return BadForm(arn);
  const auto& [prefix, partition, service, region, account, resource] = parts;
  if (partition != "aws") return Invalid("AWS partition", arn);
  if (service != "dynamodb") return BadForm(arn);
  if (region != owner.region) return Invalid("AWS region", arn);
  if (account.size() != 12 ||
      !std::all_of(account.begin(), account.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return BadForm(arn);
  }
  if (!resource.starts_with(kTable) || resource.size() == kTable.size() ||
      resource.find('/', kTable.size()) != std::string_view::npos) {
    return Invalid("resource type", arn);
  }
  if (account != owner.account) return NotShared(owner, arn);
  return {};
}

AwsResult<void> CheckName(const Shape* shape, std::string_view name, const TableOwner& owner) {
  if (!shape || !shape->arn_allowed || !name.starts_with("arn:")) return {};
  return CheckArn(name, owner);
}

}  // namespace

AwsResult<void> CheckTableArns(const Shape& shape, const json::Value& request,
                               const TableOwner& owner) {
  switch (shape.kind) {
    case Shape::Kind::kString:
      return CheckName(&shape, request.as_string(), owner);
    case Shape::Kind::kStructure:
      for (const Member& member : shape.members) {
        const json::Value* child = Present(request, member.name);
        if (!child) continue;
        if (auto c = CheckTableArns(*member.shape, *child, owner); !c) return c;
      }
      return {};
    case Shape::Kind::kList:
      for (const json::Value& element : request.as_array()) {
        if (auto c = CheckTableArns(*shape.element, element, owner); !c) return c;
      }
      return {};
    case Shape::Kind::kMap:
      for (const auto& [key, element] : request.as_object()) {
        if (auto c = CheckName(shape.key, key, owner); !c) return c;
        if (auto c = CheckTableArns(*shape.element, element, owner); !c) return c;
      }
      return {};
    default:
      return {};  // Values of items hold no names of tables.
  }
}

AwsError NotShared(const TableOwner& owner, std::string_view arn) {
  return errors::AccessDenied(
      fmt::format("User: arn:aws:iam::{}:root is not authorized to perform: dynamodb:{} on "
                  "resource: {} because no resource-based policy allows the dynamodb:{} action",
                  owner.account, owner.operation, arn, owner.operation));
}

}  // namespace lifeboat::dynamodb
