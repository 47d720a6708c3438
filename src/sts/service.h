// STS: who is calling.
#pragma once

#include <string>

#include "base/prng.h"
#include "http/message.h"

namespace lifeboat::sts {

class Service {
 public:
  struct Options {
    std::string account;
  };
  Service(Options options, Prng& prng) : options_(std::move(options)), prng_(prng) {}

  /// A request whose signature has been checked; `caller_arn` is whose it is. GetCallerIdentity
  /// only; other actions get InvalidAction.
  void Handle(const http::Request& request, std::string_view caller_arn, const http::Reply& reply);

 private:
  Options options_;
  Prng& prng_;
};

}  // namespace lifeboat::sts
