#include "http/message.h"

#include <algorithm>

#include "base/bytes.h"

namespace lifeboat::http {
namespace {

/// A signed request of an SDK has about this many; for them room is made once.
constexpr size_t kUsualFields = 12;

}  // namespace

const std::string* Headers::Find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (EqualsIgnoreCase(field.first, name)) return &field.second;
  }
  return nullptr;
}

std::string_view Headers::Get(std::string_view name) const {
  const std::string* value = Find(name);
  return value ? std::string_view(*value) : std::string_view();
}

void Headers::Add(std::string name, std::string value) {
  if (fields_.empty()) fields_.reserve(kUsualFields);
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::Set(std::string name, std::string value) {
  Erase(name);
  Add(std::move(name), std::move(value));
}

void Headers::Erase(std::string_view name) {
  std::erase_if(fields_, [&](const Field& field) { return EqualsIgnoreCase(field.first, name); });
}

Target SplitTarget(std::string_view target) {
  const size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

Params Params::Parse(std::string_view encoded) {
  Params params;
  if (encoded.empty()) return params;
  for (const std::string_view part : Split(encoded, '&')) {
    if (part.empty()) continue;
    const size_t equals = part.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    params.params_.emplace_back(PercentDecode(part.substr(0, equals), true),
                                PercentDecode(value, true));
  }
  return params;
}

const std::string* Params::Find(std::string_view name) const {
  for (const auto& [key, value] : params_) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string_view Params::Get(std::string_view name) const {
  const std::string* value = Find(name);
  return value ? std::string_view(*value) : std::string_view();
}

std::string HostWithoutPort(std::string_view host) {
  const size_t bracket = host.rfind(']');
  const size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    host = host.substr(0, colon);
  }
  return ToLower(host);
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Payload Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

std::optional<Url> ParseUrl(std::string_view text) {
  Url url;
  for (const auto& [scheme, port] : {std::pair{"http", 80}, std::pair{"https", 443}}) {
    const std::string prefix = std::string(scheme) + "://";
    if (!text.starts_with(prefix)) continue;
    url.scheme = scheme;
    url.port = static_cast<uint16_t>(port);
    text.remove_prefix(prefix.size());
  }
  if (url.scheme.empty()) return std::nullopt;
  const size_t end = text.find_first_of("/?#");
  std::string_view authority = text.substr(0, end);
  if (end != std::string_view::npos) {
    const std::string_view rest = text.substr(end, text.find('#') - end);
    url.target = rest.starts_with("/") ? std::string(rest) : "/" + std::string(rest);
  }
  const size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.back() != ']') {
    const auto port = ParseUint(authority.substr(colon + 1));
    if (!port || *port == 0 || *port > 65535) return std::nullopt;
    url.port = static_cast<uint16_t>(*port);
    authority = authority.substr(0, colon);
  }
  url.host = ToLower(authority);
  if (url.host.empty() || url.host.find('@') != std::string::npos) return std::nullopt;
  return url;
}

}  // namespace lifeboat::http
