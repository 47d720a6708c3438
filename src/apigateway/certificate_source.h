// CertificateSource: where custom domain names get their certificates from. region/ adapts it to
// acm.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::apigateway {

struct Certificate {
  std::string chain_pem;  ///< As a TLS server sends it.
  std::string key_pem;
  std::vector<std::string> names;  ///< What it covers; `*.` in front is possible.
};

class CertificateSource {
 public:
  virtual ~CertificateSource() = default;
  /// An issued certificate of this region; nullopt when there is none with that ARN.
  virtual std::optional<Certificate> Find(std::string_view arn) const = 0;
};

/// True when one of `names` is `domain`, or `*.` and the rest of it.
bool Covers(const std::vector<std::string>& names, std::string_view domain);

}  // namespace lifeboat::apigateway
