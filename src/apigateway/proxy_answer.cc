#include "apigateway/proxy_answer.h"

#include <algorithm>
#include <string>

#include "apigateway/header_field.h"
#include "apigateway/proxy_event.h"
#include "base/bytes.h"
#include "json/value.h"

namespace lifeboat::apigateway {
namespace {

template <size_t N>
bool Has(const std::string_view (&list)[N], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

/// Developer Guide, "Important notes": headers that come back under another name, or not at all.
constexpr std::string_view kRemapped[] = {
    "authorization", "connection",         "content-md5", "date",       "host",
    "max-forwards",  "proxy-authenticate", "server",      "user-agent", "www-authenticate"};
constexpr std::string_view kDropped[] = {"age",     "content-length",    "expect",  "te",
                                         "trailer", "transfer-encoding", "upgrade", "via"};
constexpr std::string_view kMembers[] = {"statusCode", "headers", "multiValueHeaders", "body",
                                         "isBase64Encoded"};

/// A header's value; nullopt when it is a list, an object or null.
std::optional<std::string> Scalar(const json::Value& value) {
  if (const std::string* text = value.if_string()) return *text;
  if (value.is_bool() || value.is_number()) return json::Write(value);
  return std::nullopt;
}

/// False when the name is none.
bool AddHeader(http::Headers& headers, const std::string& name, std::string value) {
  if (!IsHeaderName(name)) return false;
  const std::string lower = ToLower(name);
  if (Has(kDropped, lower)) return true;
  headers.Add(Has(kRemapped, lower) ? "x-amzn-Remapped-" + name : name,
              CleanHeaderValue(std::move(value)));
  return true;
}

bool ReadHeaders(const json::Value& answer, http::Headers& headers) {
  const json::Value* multi = answer.Find("multiValueHeaders");
  const json::Value* single = answer.Find("headers");
  if (multi && !multi->is_null()) {
    if (!multi->is_object()) return false;
    for (const auto& [name, list] : multi->as_object()) {
      if (!list.is_array()) return false;
      for (const json::Value& entry : list.as_array()) {
        const auto value = Scalar(entry);
        if (!value || !AddHeader(headers, name, *value)) return false;
      }
    }
  }
  if (single && !single->is_null()) {
    if (!single->is_object()) return false;
    for (const auto& [name, entry] : single->as_object()) {
      const auto value = Scalar(entry);
      if (!value) return false;
      const bool repeated = std::any_of(headers.begin(), headers.end(), [&](const auto& field) {
        return EqualsIgnoreCase(field.first, name) && field.second == *value;
      });
      if (!repeated && !AddHeader(headers, name, *value)) return false;
    }
  }
  return true;
}

std::optional<int> ReadStatus(const json::Value& answer) {
  const json::Value* code = answer.Find("statusCode");
  if (!code || code->is_null()) return 200;
  int64_t status = code->as_int(-1);
  if (const std::string* text = code->if_string()) status = ParseInt(*text).value_or(-1);
  if (status < 100 || status > 599) return std::nullopt;
  return static_cast<int>(status);
}

}  // namespace

std::optional<http::Response> ReadProxyAnswer(std::string_view payload,
                                              const std::vector<std::string>& binary_media_types,
                                              std::string_view accept) {
  const Result<json::Value> answer = json::Parse(payload);
  if (!answer.ok() || !answer->is_object()) return std::nullopt;
  for (const auto& [name, value] : answer->as_object()) {
    if (!Has(kMembers, name)) return std::nullopt;
  }
  http::Response response;
  const std::optional<int> status = ReadStatus(*answer);
  if (!status || !ReadHeaders(*answer, response.headers)) return std::nullopt;
  response.status = *status;
  const json::Value* body = answer->Find("body");
  if (body && !body->is_null()) {
    if (!body->is_string()) return std::nullopt;
    response.body = body->as_string();
  }
  const json::Value* encoded = answer->Find("isBase64Encoded");
  if (encoded && encoded->as_bool() &&
      IsBinaryType(binary_media_types, accept.substr(0, accept.find(',')))) {
    const auto bytes = Base64Decode(response.body);
    if (!bytes) return std::nullopt;
    response.body = *bytes;
  }
  if (!response.headers.Find("Content-Type")) {
    response.headers.Add("Content-Type", "application/json");
  }
  return response;
}

}  // namespace lifeboat::apigateway
