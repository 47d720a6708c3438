// Header fields that come from functions and definitions must not change the shape of a message.
#pragma once

#include <string>
#include <string_view>

namespace lifeboat::apigateway {

/// A token (RFC 9110, section 5.6.2).
bool IsHeaderName(std::string_view name);
/// Control characters become blanks.
std::string CleanHeaderValue(std::string value);

}  // namespace lifeboat::apigateway
