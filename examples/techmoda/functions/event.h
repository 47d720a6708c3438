// API Gateway's proxy event in, proxy answer out (payload 1.0).
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace techmoda {

/// The path parameter, percent-decoded (API Gateway hands it over as the client sent it); empty
/// when absent.
std::string PathParameter(const nlohmann::json& event, const std::string& name);
/// Empty when absent.
std::string QueryParameter(const nlohmann::json& event, const std::string& name);
/// The body as a JSON object; nullopt when there is none or it is something else.
std::optional<nlohmann::json> BodyObject(const nlohmann::json& event);

/// `{"statusCode", "headers", "body"}` with Content-Type and Access-Control-Allow-Origin: API
/// Gateway adds the CORS header to preflights only.
nlohmann::json Answer(int status, const nlohmann::json& body);
/// Body `{"message": ...}`.
nlohmann::json ErrorAnswer(int status, const std::string& message);

std::string PercentDecode(const std::string& text);
std::optional<std::string> Base64Decode(const std::string& text);

}  // namespace techmoda
