#include "canary.h"

#include <cstdlib>
#include <sstream>

#include "product.h"

namespace techmoda {

using nlohmann::json;

json CanaryKey(const std::string& region) { return {{"id", {{"S", kCanaryPrefix + region}}}}; }

json MakeCanaryWrite(const std::string& table, const std::string& region, int64_t now_millis) {
  return {{"TableName", table},
          {"Key", CanaryKey(region)},
          {"UpdateExpression", "SET #at = :now"},
          {"ConditionExpression", "attribute_not_exists(#at) OR #at <= :now"},
          {"ExpressionAttributeNames", {{"#at", kCanaryAttribute}}},
          {"ExpressionAttributeValues", {{":now", {{"N", std::to_string(now_millis)}}}}}};
}

json MakeCanaryRead(const std::string& table, const std::string& region, bool consistent) {
  return {{"TableName", table}, {"Key", CanaryKey(region)}, {"ConsistentRead", consistent}};
}

int64_t CanaryTime(const json& answer) {
  const json product = FromItem(answer.value("Item", json::object()));
  const auto at = product.find(kCanaryAttribute);
  return at != product.end() && at->is_number() ? at->get<int64_t>() : -1;
}

std::vector<std::string> OtherRegions(const std::string& regions, const std::string& own) {
  std::vector<std::string> others;
  std::stringstream stream(regions);
  for (std::string region; std::getline(stream, region, ',');) {
    std::erase(region, ' ');
    if (!region.empty() && region != own) others.push_back(region);
  }
  return others;
}

}  // namespace techmoda
