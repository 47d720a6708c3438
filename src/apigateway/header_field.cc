#include "apigateway/header_field.h"

#include <algorithm>
#include <cctype>

namespace lifeboat::apigateway {

bool IsHeaderName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string CleanHeaderValue(std::string value) {
  std::replace_if(
      value.begin(), value.end(),
      [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }, ' ');
  return value;
}

}  // namespace lifeboat::apigateway
