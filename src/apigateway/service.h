// Amazon API Gateway (REST APIs) of one region: the control plane that deploys APIs and custom
// domain names, and the data plane that clients call. Runs on its owner's one thread and never
// blocks.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "apigateway/certificate_source.h"
#include "base/prng.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "fault/effects.h"
#include "http/message.h"
#include "lambda/invoker.h"
#include "storage/committer.h"
#include "storage/engine.h"

namespace lifeboat::apigateway {

class Service {
 public:
  struct Options {
    std::string region;
    std::string account;
  };
  struct Dependencies {
    storage::Engine& engine;
    storage::Committer& committer;
    const Clock& clock;
    Scheduler& scheduler;
    Prng& prng;
    lambda::Invoker& functions;
    const CertificateSource& certificates;
    /// As region::Host::ServeCertificate: TLS clients that ask for `server_name` get this
    /// certificate from now on; empty PEMs withdraw it.
    std::function<void(std::string_view server_name, std::string_view chain_pem,
                       std::string_view key_pem)>
        serve_certificate;
    /// What becomes of the next request for a function; empty: no fault ever.
    std::function<fault::Trouble(std::string_view function)> trouble;
  };

  /// Reads APIs and domain names back from the engine and serves the names' certificates again.
  static Result<std::unique_ptr<Service>> Open(Options options, Dependencies dependencies);
  ~Service();

  /// A control-plane request whose signature has been checked.
  void Handle(const http::Request& request, http::Reply reply);

  /// A client's request to an API, by its Host; unknown hosts get 403 Forbidden, as AWS answers.
  void HandleExecute(const http::Request& request, http::Reply reply);

  /// True for `<any>.execute-api.<region>.amazonaws.com` of this region and for its custom domain
  /// names. `host` may carry a port.
  bool IsApiHost(std::string_view host) const;

 private:
  struct Impl;
  explicit Service(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::apigateway
