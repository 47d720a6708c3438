// ListObjectsV2: keys in byte order, rolled up at a delimiter, a page at a time.
#include "base/bytes.h"
#include "http/xml.h"
#include "s3/errors.h"
#include "s3/operations.h"
#include "s3/service.h"

namespace lifeboat::s3 {
namespace {

struct ListRequest {
  std::string prefix;
  std::string delimiter;
  std::string after;  // Keys up to and including this one (or starting with it, for a common
                      // prefix) have been listed.
  size_t max_keys = kMaxListedKeys;
  bool url_encoding = false;
};

struct Page {
  std::vector<std::pair<std::string, Object>> contents;
  std::vector<std::string> common_prefixes;
  std::string last;
  bool is_truncated = false;
  size_t size() const { return contents.size() + common_prefixes.size(); }
};

http::AwsResult<ListRequest> ReadListRequest(const http::Params& params) {
  ListRequest list;
  list.prefix = params.Get("prefix");
  list.delimiter = params.Get("delimiter");
  list.after = params.Get("start-after");
  list.url_encoding = params.Get("encoding-type") == "url";
  if (const std::string* token = params.Find("continuation-token")) {
    const auto decoded = HexDecode(*token);
    if (!decoded) return InvalidArgument("The continuation token provided is incorrect");
    list.after = *decoded;
  }
  if (const std::string* max_keys = params.Find("max-keys")) {
    const auto number = ParseUint(*max_keys);
    if (!number) return InvalidArgument("Provided max-keys not an integer or within integer range");
    list.max_keys = std::min<size_t>(*number, kMaxListedKeys);
  }
  return list;
}

// The part of `key` up to the first delimiter after the prefix; empty when there is none.
std::string CommonPrefixOf(const std::string& key, const ListRequest& list) {
  if (list.delimiter.empty()) return "";
  const size_t at = key.find(list.delimiter, list.prefix.size());
  return at == std::string::npos ? "" : key.substr(0, at + list.delimiter.size());
}

// Returns false when the page is complete.
bool AddKey(Page& page, const ListRequest& list, const std::string& key, const Object& object) {
  if (!key.starts_with(list.prefix)) return key < list.prefix;
  const std::string common = CommonPrefixOf(key, list);
  const std::string& name = common.empty() ? key : common;
  if (name <= list.after && !list.after.empty()) return true;
  if (!common.empty() && !page.common_prefixes.empty() && page.common_prefixes.back() == common) {
    return true;
  }
  if (page.size() >= list.max_keys) {
    page.is_truncated = list.max_keys > 0;
    return false;
  }
  page.last = name;
  if (common.empty()) {
    page.contents.emplace_back(key, object);
  } else {
    page.common_prefixes.push_back(common);
  }
  return true;
}

std::string Render(const Page& page, const ListRequest& list, const S3Request& request) {
  const auto name = [&](const std::string& key) {
    return list.url_encoding ? PercentEncode(key, "/") : key;
  };
  http::XmlWriter xml;
  xml.Open("ListBucketResult", "http://s3.amazonaws.com/doc/2006-03-01/");
  xml.Leaf("Name", request.bucket).Leaf("Prefix", name(list.prefix));
  if (!list.delimiter.empty()) xml.Leaf("Delimiter", name(list.delimiter));
  if (list.url_encoding) xml.Leaf("EncodingType", "url");
  xml.Leaf("KeyCount", static_cast<int64_t>(page.size()));
  xml.Leaf("MaxKeys", static_cast<int64_t>(list.max_keys));
  xml.Leaf("IsTruncated", page.is_truncated);
  if (const std::string* token = request.params.Find("continuation-token")) {
    xml.Leaf("ContinuationToken", *token);
  }
  if (page.is_truncated) xml.Leaf("NextContinuationToken", HexEncode(page.last));
  for (const auto& [key, object] : page.contents) {
    xml.Open("Contents").Leaf("Key", name(key));
    xml.Leaf("LastModified", FormatIso8601Millis(object.modified)).Leaf("ETag", object.etag);
    xml.Leaf("Size", static_cast<int64_t>(object.size)).Leaf("StorageClass", "STANDARD").Close();
  }
  for (const std::string& prefix : page.common_prefixes) {
    xml.Open("CommonPrefixes").Leaf("Prefix", name(prefix)).Close();
  }
  return xml.Take();
}

}  // namespace

http::AwsResult<Outcome> ListObjectsV2(const Context& context, S3Request& request) {
  if (auto found = RequireBucket(context, request); !found.ok()) return found.error();
  const auto list = ReadListRequest(request.params);
  if (!list.ok()) return list.error();
  Page page;
  const Status visited =
      context.store.VisitObjects(request.bucket, std::max(list->prefix, list->after),
                                 [&](const std::string& key, const Object& object) {
                                   return AddKey(page, *list, key, object);
                                 });
  if (!visited.ok()) return InternalError();
  return Outcome{XmlResponse(Render(page, *list, request)), {}};
}

}  // namespace lifeboat::s3
