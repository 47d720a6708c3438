#include "drill/region_contents.h"

#include "base/digest.h"

namespace lifeboat::drill {
namespace {

/// A page is read in one turn of the loop that also sends the load.
constexpr int kItemsPerPage = 200;

struct Scan {
  client::AwsClient& client;
  const ItemPlace& place;
  std::string prefix;
  std::function<void(Result<Contents>)> done;
  Contents contents;
  int pages = 0;
};

void NextPage(const std::shared_ptr<Scan>& scan, const json::Value* start);

void OnPage(const std::shared_ptr<Scan>& scan, Result<json::Value, client::CallError> page) {
  if (!page.ok())
    return scan->done(
        Error{ErrorCode::kUnavailable, fmt::format("Scan in {}: {} {}", scan->client.region(),
                                                   page.error().type, page.error().message)});
  if (const json::Value* items = page->Find("Items"))
    for (const json::Value& item : items->as_array()) {
      std::optional<FoundItem> found = ReadFoundItem(scan->place, item);
      if (!found) continue;
      if (!found->item.starts_with(scan->prefix) && !found->key.starts_with(scan->prefix)) continue;
      scan->contents[found->item] = std::move(*found);
    }
  const json::Value* last = page->Find("LastEvaluatedKey");
  if (last == nullptr) return scan->done(std::move(scan->contents));
  if (++scan->pages == kMaxScanPages)
    return scan->done(Error{ErrorCode::kLimit, "the table has too many pages to scan"});
  NextPage(scan, last);
}

void NextPage(const std::shared_ptr<Scan>& scan, const json::Value* start) {
  json::Object input{
      {"TableName", scan->place.table}, {"ConsistentRead", true}, {"Limit", kItemsPerPage}};
  if (start != nullptr) input.Append("ExclusiveStartKey", *start);
  scan->client.DynamoDb("Scan", std::move(input), kScanTimeout,
                        [scan](auto page) { OnPage(scan, std::move(page)); });
}

}  // namespace

void ReadContents(client::AwsClient& client, const ItemPlace& place, const std::string& prefix,
                  std::function<void(Result<Contents>)> done) {
  NextPage(std::make_shared<Scan>(Scan{client, place, prefix, std::move(done), {}, 0}), nullptr);
}

std::string DigestOf(const Contents& contents) {
  std::string all;
  for (const auto& [item, found] : contents) all += item + ":" + found.digest + "\n";
  return Sha256Hex(all);
}

std::vector<std::string> Differing(const std::vector<Contents>& regions) {
  std::map<std::string, std::pair<std::string, size_t>> first;  // Digest, and regions with it.
  std::vector<std::string> out;
  for (const Contents& contents : regions)
    for (const auto& [item, found] : contents) {
      auto& [digest, having] = first.try_emplace(item, found.digest, 0).first->second;
      if (digest == found.digest) ++having;
    }
  for (const auto& [item, digest] : first)
    if (digest.second != regions.size()) out.push_back(item);
  return out;
}

}  // namespace lifeboat::drill
