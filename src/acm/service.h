// ACM: certificates from the world's own CA, issued at once (in AWS validation takes minutes and
// needs the DNS record to be there; docs/compatibility.md). Runs on its owner's one thread; an
// answer goes out once its change is durable.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "acm/certificate.h"
#include "acm/certificate_authority.h"
#include "base/prng.h"
#include "base/time.h"
#include "http/aws_error.h"
#include "http/message.h"
#include "storage/committer.h"
#include "storage/engine.h"

namespace lifeboat::acm {

inline constexpr size_t kMaxCertificates = 2500;  ///< ACM's quota.
inline constexpr size_t kMaxNames = 100;

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
    Prng& prng;
    CertificateAuthority& authority;
  };

  /// Reads the certificates back from the engine.
  static Result<std::unique_ptr<Service>> Open(Options options, Dependencies dependencies);

  /// A request whose signature has been checked; X-Amz-Target `CertificateManager.*`, JSON 1.1.
  void Handle(const http::Request& request, http::Reply reply);

  /// nullptr when there is none.
  const Certificate* Find(std::string_view arn) const;

 private:
  using Answer = http::AwsResult<json::Value>;
  Service(Options options, Dependencies dependencies)
      : options_(std::move(options)), dependencies_(dependencies) {}
  void Request(const json::Value& input, http::Reply reply);
  void Delete(const json::Value& input, http::Reply reply);
  void AddTags(const json::Value& input, http::Reply reply);
  Answer DescribeOne(const json::Value& input) const;
  Answer GetOne(const json::Value& input) const;
  Answer List() const;
  Answer ListTags(const json::Value& input) const;
  void Save(const Certificate& certificate, bool gone, json::Value answer, http::Reply reply);

  Options options_;
  Dependencies dependencies_;
  std::map<std::string, Certificate, std::less<>> certificates_;
};

}  // namespace lifeboat::acm
