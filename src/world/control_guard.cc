#include "world/control_guard.h"

#include "base/bytes.h"
#include "base/digest.h"
#include "json/value.h"
#include "world/edge_route.h"

namespace lifeboat::world {
namespace {

constexpr std::string_view kScheme = "Bearer ";

http::Response Refusal(int status, std::string_view message) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = json::Write(json::Object{{"message", message}}) + "\n";
  return response;
}

bool OnlyReads(const http::Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

/// Compares in a time that tells nothing about where the difference is.
bool HasToken(std::string_view token, const http::Request& request) {
  const std::string_view given = request.headers.Get("Authorization");
  if (token.empty() || given.size() < kScheme.size()) return false;
  return EqualsIgnoreCase(given.substr(0, kScheme.size()), kScheme) &&
         ConstantTimeEquals(Trim(given.substr(kScheme.size())), token);
}

}  // namespace

std::optional<http::Response> RefuseControl(const Config& config, std::string_view token,
                                            const http::Request& request) {
  if (!IsEdgeHost(config, http::HostWithoutPort(request.host()))) {
    return Refusal(403,
                   "the control API is asked for by a loopback address or localhost; the Host "
                   "field of this request has another name");
  }
  const std::string* origin = request.headers.Find("Origin");
  if (origin && *origin != "http://" + std::string(request.host())) {
    return Refusal(403, "the control API does not serve pages of other origins");
  }
  if (OnlyReads(request) || HasToken(token, request)) return std::nullopt;
  http::Response refusal =
      Refusal(401,
              "this changes the world and so needs its token: send `Authorization: Bearer TOKEN` "
              "with what stands in the file `token` of the world's data folder");
  refusal.headers.Add("WWW-Authenticate", "Bearer");
  return refusal;
}

ControlHandler Guarded(const Config& config, std::string token, ControlHandler handler) {
  return [&config, token = std::move(token), handler = std::move(handler)](http::Request request,
                                                                           http::Reply reply) {
    if (auto refusal = RefuseControl(config, token, request)) return reply(*std::move(refusal));
    handler(std::move(request), std::move(reply));
  };
}

}  // namespace lifeboat::world
