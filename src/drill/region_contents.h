// What a region's table holds of one run: a consistent Scan, page by page, and digests of it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/aws_client.h"
#include "drill/target_api/target_api.h"

namespace lifeboat::drill {

/// No table of a drill needs more pages.
inline constexpr int kMaxScanPages = 10'000;
inline constexpr Duration kScanTimeout = Duration::Seconds(10);

/// By what names the item in its table.
using Contents = std::map<std::string, FoundItem>;

/// Reads all items of `place` whose key or name begins with `prefix`. `client` and `place` must
/// live until then.
void ReadContents(client::AwsClient& client, const ItemPlace& place, const std::string& prefix,
                  std::function<void(Result<Contents>)> done);

/// One hash over all items' digests.
std::string DigestOf(const Contents& contents);

/// Item ids whose digests differ between any two regions, or that a region lacks.
std::vector<std::string> Differing(const std::vector<Contents>& regions);

}  // namespace lifeboat::drill
