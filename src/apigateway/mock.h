// Mock integrations: the answer stands in the definition. SAM makes them for CORS (OPTIONS).
#pragma once

#include <optional>

#include "apigateway/definition.h"
#include "http/message.h"

namespace lifeboat::apigateway {

/// nullopt when the definition has no fitting response (the client then gets 500).
std::optional<http::Response> AnswerMock(const Integration& integration);

}  // namespace lifeboat::apigateway
