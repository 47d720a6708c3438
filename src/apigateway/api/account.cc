#include "apigateway/api/operations.h"

namespace lifeboat::apigateway {

/// The account's throttling, which is AWS's default.
void GetAccount(Core&, const Call&, Answer answer) {
  const Throttling account;
  answer(JsonResponse(
      200, json::Object{{"throttleSettings",
                         json::Object{{"rateLimit", account.rate},
                                      {"burstLimit", static_cast<int64_t>(account.burst)}}},
                        {"features", json::Array{"UsagePlans"}},
                        {"apiKeyVersion", "4"}}));
}

}  // namespace lifeboat::apigateway
