#include "event.h"

#include <cstring>

#include "environment.h"

namespace techmoda {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A member of one of the event's maps, which are null when empty.
std::string Member(const nlohmann::json& event, const char* map, const std::string& name) {
  const auto found = event.find(map);
  if (found == event.end() || !found->is_object()) return {};
  const auto member = found->find(name);
  return member != found->end() && member->is_string() ? member->get<std::string>() : "";
}

}  // namespace

std::string PercentDecode(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
        HexValue(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::optional<std::string> Base64Decode(const std::string& text) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    const char* at = std::strchr(kAlphabet, c);
    if (!at || c == '\0') return std::nullopt;
    bits = bits << 6 | static_cast<unsigned>(at - kAlphabet);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>(bits >> count & 0xff));
    }
  }
  return out;
}

std::string PathParameter(const nlohmann::json& event, const std::string& name) {
  return PercentDecode(Member(event, "pathParameters", name));
}

std::string QueryParameter(const nlohmann::json& event, const std::string& name) {
  return Member(event, "queryStringParameters", name);
}

std::optional<nlohmann::json> BodyObject(const nlohmann::json& event) {
  const auto body = event.find("body");
  if (body == event.end() || !body->is_string()) return std::nullopt;
  std::string text = body->get<std::string>();
  const auto encoded = event.find("isBase64Encoded");
  if (encoded != event.end() && encoded->is_boolean() && encoded->get<bool>()) {
    const auto decoded = Base64Decode(text);
    if (!decoded) return std::nullopt;
    text = *decoded;
  }
  nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed;
}

nlohmann::json Answer(int status, const nlohmann::json& body) {
  return {{"statusCode", status},
          {"headers",
           {{"Content-Type", "application/json"},
            {"Access-Control-Allow-Origin", ReadSettings().cors_origin}}},
          {"body", body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}};
}

nlohmann::json ErrorAnswer(int status, const std::string& message) {
  return Answer(status, {{"message", message}});
}

}  // namespace techmoda
