#include "dynamodb/table_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "base/bytes.h"
#include "dynamodb/errors.h"
#include "dynamodb/shape.h"
#include "dynamodb/table_arn.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using json::Value;

AwsResult<void> CheckEncryption(const Value& request) {
  const Value* sse = Present(request, "SSESpecification");
  if (!sse) return {};
  const Value* enabled = Present(*sse, "Enabled");
  const std::string& type = sse->GetString("SSEType");
  const bool has_key = Present(*sse, "KMSMasterKeyId") != nullptr;
  if (!enabled || !enabled->as_bool()) {
    if (!type.empty()) {
      return errors::InvalidParameterValues("SSEType can not be specified if Enabled is false");
    }
    if (!has_key) return {};
    return errors::InvalidParameterValues(
        "KMSMasterKeyId can not be specified if Enabled is false");
  }
  if (type == "AES256") return errors::InvalidParameterValues("SSEType AES256 is not supported");
  if (!has_key || type == "KMS") return {};
  return errors::InvalidParameterValues("SSEType KMS is required if KMSMasterKeyId is specified");
}

AwsResult<void> CheckOnDemandThroughput(const Value& request, bool pay_per_request) {
  const Value* maximum = Present(request, "OnDemandThroughput");
  if (!maximum) return {};
  for (const std::string_view name : {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
    const Value* units = Present(*maximum, name);
    if (!units) continue;
    if (!pay_per_request) {
      return errors::InvalidParameterValues(
          fmt::format("{} for OnDemandThroughput cannot be specified when the table BillingMode is "
                      "PROVISIONED",
                      name));
    }
    // -1 takes a maximum away.
    if (units->as_int() >= 1 || units->as_int() == -1) continue;
    return errors::InvalidParameterValues(fmt::format(
        "Requested {} for OnDemandThroughput for table is outside of valid range", name));
  }
  return {};
}

struct Lonely {
  std::string_view member;
  std::string_view text;
};
constexpr Lonely kLonely[] = {
    {"SSESpecification",
     "Server-Side Encryption modification must be the only operation in the request"},
    {"TableClass", "TableClass modification must be the only operation in the request"},
    {"DeletionProtectionEnabled",
     "DeletionProtection modification must be the only operation in the request"},
    {"WarmThroughput", "WarmThroughput must be the only operation in the request"},
};
constexpr std::string_view kChanges[] = {
    "BillingMode",      "ProvisionedThroughput",     "GlobalSecondaryIndexUpdates",
    "SSESpecification", "StreamSpecification",       "TableClass",
    "WarmThroughput",   "DeletionProtectionEnabled", "OnDemandThroughput",
};

bool MakesOrDropsIndex(const Value& request) {
  const Value* updates = Present(request, "GlobalSecondaryIndexUpdates");
  if (!updates) return false;
  const auto& all = updates->as_array();
  return std::any_of(all.begin(), all.end(), [](const Value& one) {
    return Present(one, "Create") || Present(one, "Delete");
  });
}

}  // namespace

AwsResult<void> CheckSettings(const Value& request, bool pay_per_request) {
  if (auto c = CheckEncryption(request); !c) return c;
  return CheckOnDemandThroughput(request, pay_per_request);
}

AwsResult<void> CheckCombination(const Value& request) {
  const auto count = std::count_if(std::begin(kChanges), std::end(kChanges),
                                   [&](auto name) { return Present(request, name) != nullptr; });
  for (const Lonely& lonely : kLonely) {
    if (count > 1 && Present(request, lonely.member)) {
      return errors::InvalidParameterValues(lonely.text);
    }
  }
  if (Present(request, "OnDemandThroughput") && count > (Present(request, "BillingMode") ? 2 : 1)) {
    return errors::InvalidParameterValues(
        "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request");
  }
  const bool throughput = Present(request, "ProvisionedThroughput") != nullptr;
  const bool stream = Present(request, "StreamSpecification") != nullptr;
  const bool index = MakesOrDropsIndex(request);
  if (stream && throughput) {
    return errors::InvalidParameterValues(
        "You cannot modify stream status while updating table IOPS");
  }
  if (index && throughput) {
    return errors::InvalidParameterValues(
        "You cannot create or delete index while updating table IOPS");
  }
  if (!index || !stream) return {};
  return errors::InvalidParameterValues(
      "You cannot create or delete index while changing stream status");
}

AwsResult<void> CheckIndexUpdates(const Value& request) {
  const Value* updates = Present(request, "GlobalSecondaryIndexUpdates");
  if (!updates) return {};
  std::set<std::string> names;
  for (const Value& update : updates->as_array()) {
    std::vector<const Value*> actions;
    for (const std::string_view name : {"Update", "Create", "Delete"}) {
      if (const Value* action = Present(update, name)) actions.push_back(action);
    }
    if (actions.empty()) {
      return errors::InvalidParameterValues(
          "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete must not be null");
    }
    if (actions.size() > 1) {
      return errors::InvalidParameterValues(
          "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate "
          "object");
    }
    const std::string& name = actions[0]->GetString("IndexName");
    if (!names.insert(name).second) {
      return errors::InvalidParameterValues(
          "Only one global secondary index update per index is allowed simultaneously. Index: " +
          name);
    }
  }
  return {};
}

AwsResult<void> CheckEncryptionChanges(const Value& request, const Table& table) {
  const Value* sse = Present(request, "SSESpecification");
  if (!sse) return {};
  const Value* enabled = Present(*sse, "Enabled");
  if (!enabled || !enabled->as_bool()) {
    if (table.kms_encryption) return {};
    return errors::InvalidParameterValues("Table is already encrypted by default");
  }
  const std::string& key = sse->GetString("KMSMasterKeyId");
  if (!table.kms_encryption || (!key.empty() && key != table.kms_key_arn)) return {};
  return errors::InvalidParameterValues(
      "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you "
      "want to change Master Key");
}

namespace {

// Letters and digits of any language, white space, and `+ - = . _ : / @` (Developer Guide, "Tagging
// restrictions in DynamoDB").
bool IsTagText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) || std::isspace(byte) ||
           std::string_view("+-=._:/@").find(c) != std::string_view::npos;
  });
}

}  // namespace

AwsResult<void> CheckNewTags(const json::Array& tags) {
  std::set<std::string> keys;
  for (const Value& tag : tags) {
    const std::string& key = tag.GetString("Key");
    const std::string& value = tag.GetString("Value");
    if (!IsTagText(key)) {
      return errors::Validation("The Tag Key provided is invalid, Key: " + key);
    }
    if (!IsTagText(value)) {
      return errors::Validation("The Tag Value provided is invalid, Value: " + value);
    }
    if (key.starts_with("aws:")) {
      return errors::Validation("Tag Key cannot be prefixed with aws:, Key: " + key);
    }
    if (!keys.insert(key).second) {
      return errors::Validation("Duplicate Tag Keys provided as input: Duplicate Tag Key found " +
                                key);
    }
  }
  return {};
}

AwsResult<void> CheckTaggedArn(std::string_view arn, std::string_view operation,
                               std::string_view region, std::string_view account) {
  if (!arn.starts_with("arn:")) {
    return errors::InvalidParameterValues(fmt::format("ARNs must start with 'arn:': {}", arn));
  }
  // arn:aws:dynamodb:<region>:<account>:table/<name>
  const std::vector<std::string_view> parts = Split(arn, ':');
  if (parts.size() != 6 || parts[2] != "dynamodb" || !parts[5].starts_with("table/")) {
    return errors::InvalidParameterValues(
        fmt::format("Provided Arn is not a DynamoDB resource arn: {}", arn));
  }
  if (std::count(parts[5].begin(), parts[5].end(), '/') > 1) {
    return errors::InvalidParameterValues(
        fmt::format("Invalid resource arn provided, only table or stream is accepted. Provided "
                    "resource arn: {}",
                    arn));
  }
  if (parts[3] != region) {
    return errors::Validation(
        fmt::format("Invalid TableArn: Invalid ResourceArn provided as input {}", arn));
  }
  if (parts[4] == account) return {};
  return NotShared({region, account, operation}, arn);
}

}  // namespace lifeboat::dynamodb
