// Executor: the data plane. A client's request finds its API by Host, its deployment by stage or
// base path, its method by path, and goes to the method's integration.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "apigateway/core.h"
#include "apigateway/gateway_response.h"
#include "apigateway/proxy_event.h"
#include "apigateway/throttle.h"
#include "http/message.h"

namespace lifeboat::apigateway {

class Executor {
 public:
  explicit Executor(Core& core) : core_(core) {}

  void Handle(const http::Request& request, http::Reply reply);
  bool IsApiHost(std::string_view host) const;

 private:
  /// What a Host and path name.
  struct Target {
    const RestApi* api = nullptr;
    const Stage* stage = nullptr;
    const Definition* definition = nullptr;
    std::string_view resource_path;  ///< For matching.
    std::string_view event_path;
    std::string domain_name;
  };

  std::optional<Target> FindTarget(const http::Request& request) const;
  std::optional<Target> FindOnDefaultHost(std::string host, std::string_view path) const;
  std::optional<Target> FindOnDomain(const DomainName& domain, std::string_view path) const;
  bool Complete(Target& target, std::string_view api_id, std::string_view stage) const;
  bool Allow(const Target& target);
  /// `decided` is what faults make of the request, once that has been drawn.
  void HandleDecided(const http::Request& request, std::optional<fault::Trouble> decided,
                     http::Reply raw_reply);
  void HandleLater(const http::Request& request, fault::Trouble trouble, http::Reply raw_reply);
  fault::Trouble Draw(const Method& method);
  void Invoke(const http::Request& request, const ProxyContext& context, http::Reply reply);

  Core& core_;
  std::map<std::string, Throttle> throttles_;  ///< By `api/stage`.
  /// Requests that a fault delays hold it weakly.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lifeboat::apigateway
