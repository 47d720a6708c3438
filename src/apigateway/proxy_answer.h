// What a function's answer means to the client (Developer Guide, "Output format of a Lambda
// function for proxy integration").
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace lifeboat::apigateway {

/// The client's answer; nullopt when the function's is malformed (the client then gets 502).
/// `accept` is the request's Accept header: with a binary type there, base64 bodies are decoded.
std::optional<http::Response> ReadProxyAnswer(std::string_view payload,
                                              const std::vector<std::string>& binary_media_types,
                                              std::string_view accept);

}  // namespace lifeboat::apigateway
