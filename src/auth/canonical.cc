#include "auth/canonical.h"

#include <algorithm>
#include <unordered_map>

#include "base/bytes.h"
#include "base/digest.h"

namespace lifeboat::auth {
namespace {

// A cache that only ever holds a day's few scopes; past this it starts anew.
constexpr size_t kMaxCachedKeys = 64;

std::string CanonicalPath(std::string_view path, bool is_s3) {
  if (path.empty() || path == "/") return "/";
  if (is_s3) return PercentEncode(PercentDecode(path), "/");
  // Every service but S3 normalises the path (RFC 3986, section 6) and encodes it a second time.
  std::vector<std::string_view> kept;
  for (const std::string_view segment : Split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
      continue;
    }
    kept.push_back(segment);
  }
  std::string out;
  for (const std::string_view segment : kept) out += "/" + PercentEncode(segment);
  if (out.empty() || path.back() == '/') out += '/';
  return out;
}

std::string CanonicalQuery(std::string_view query, bool query_signature) {
  if (query.empty()) return "";
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view part : Split(query, '&')) {
    if (part.empty()) continue;
    const size_t equals = part.find('=');
    std::string name = PercentDecode(part.substr(0, equals));
    if (query_signature && name == "X-Amz-Signature") continue;
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    pairs.emplace_back(PercentEncode(name), PercentEncode(PercentDecode(value)));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += name + "=" + value;
  }
  return out;
}

void AppendFolded(std::string& out, std::string_view value) {
  value = Trim(value);
  if (value.find("  ") == std::string_view::npos && value.find('\t') == std::string_view::npos) {
    out += value;
    return;
  }
  bool blank = false;
  for (const char c : value) {
    if (c == ' ' || c == '\t') {
      blank = true;
      continue;
    }
    if (std::exchange(blank, false)) out += ' ';
    out += c;
  }
}

void AppendHeader(std::string& out, const http::Request& request, const std::string& name,
                  bool drop_host_port) {
  out += name;
  out += ':';
  bool first = true;
  for (const auto& [field, value] : request.headers) {
    if (!EqualsIgnoreCase(field, name)) continue;
    if (!std::exchange(first, false)) out += ',';
    const bool drop = drop_host_port && name == "host";
    AppendFolded(out, drop ? std::string_view(value).substr(0, value.rfind(':')) : value);
  }
  out += '\n';
}

}  // namespace

std::string CanonicalRequest(const CanonicalInput& input) {
  const http::Target target = http::SplitTarget(input.request.target);
  std::string out;
  out.reserve(512);
  out += input.request.method;
  out += '\n';
  out += CanonicalPath(target.path, input.is_s3);
  out += '\n';
  out += CanonicalQuery(target.query, input.query_signature);
  out += '\n';
  for (const std::string& name : input.signed_headers) {
    AppendHeader(out, input.request, name, input.drop_host_port);
  }
  out += '\n';
  for (size_t i = 0; i < input.signed_headers.size(); ++i) {
    if (i > 0) out += ';';
    out += input.signed_headers[i];
  }
  out += '\n';
  out += input.payload_hash;
  return out;
}

std::string StringToSign(std::string_view date_time, std::string_view scope,
                         std::string_view canonical_request) {
  std::string out;
  out.reserve(160);
  for (const std::string_view part : {kAlgorithm, date_time, scope}) {
    out += part;
    out += '\n';
  }
  return out += Sha256Hex(canonical_request);
}

std::string Signature(std::string_view secret, std::string_view date, std::string_view region,
                      std::string_view service, std::string_view string_to_sign) {
  thread_local std::unordered_map<std::string, std::string> cache;
  std::string scope;
  scope.reserve(128);
  for (const std::string_view part : {secret, date, region, service}) AppendBlob(scope, part);
  auto it = cache.find(scope);
  if (it == cache.end()) {
    if (cache.size() >= kMaxCachedKeys) cache.clear();
    std::string key = HmacSha256("AWS4" + std::string(secret), date);
    key = HmacSha256(key, region);
    key = HmacSha256(key, service);
    it = cache.emplace(std::move(scope), HmacSha256(key, "aws4_request")).first;
  }
  return HexEncode(HmacSha256(it->second, string_to_sign));
}

}  // namespace lifeboat::auth
