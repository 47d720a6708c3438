// Reads a scenario's `target` section.
#pragma once

#include "drill/scenario_reader.h"
#include "drill/target_api/target_api.h"

namespace lifeboat::drill {

inline constexpr size_t kMaxTargetHeaders = 20;
inline constexpr std::string_view kItemExample =
    "for instance `item: {table: products, key: {id: \"{{id}}\"}, name: name, seq: drillSeq}`";

/// A URL that paths are put below; nullopt when it is none.
std::optional<http::Url> ParseTargetUrl(std::string_view text);

/// Everything of `target` but `url`, which stays the caller's. Complains about what is wrong; the
/// caller closes the section.
TargetApi ReadTargetApi(Section& target, const std::vector<std::string>& regions);

}  // namespace lifeboat::drill
