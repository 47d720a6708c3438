// The canary: one item per region in the product table. A region's deep health check writes its own
// and reads it back, and reads those of the other regions: how old they are here bounds how far
// replication is behind.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace techmoda {

/// The key of a region's canary.
nlohmann::json CanaryKey(const std::string& region);

/// UpdateItem: sets the time unless the item already has a later one.
nlohmann::json MakeCanaryWrite(const std::string& table, const std::string& region,
                               int64_t now_millis);
/// GetItem; our own is read consistently.
nlohmann::json MakeCanaryRead(const std::string& table, const std::string& region, bool consistent);

/// The time in a GetItem answer; -1 when there is no canary.
int64_t CanaryTime(const nlohmann::json& answer);

/// `a,b,c` without blanks and without `own`.
std::vector<std::string> OtherRegions(const std::string& regions, const std::string& own);

}  // namespace techmoda
