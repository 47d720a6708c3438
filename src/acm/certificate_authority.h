// CertificateAuthority: the world's own CA, which signs at once. Implemented by net/ (keys need
// randomness, which pure code does not have).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace lifeboat::acm {

struct IssuedCertificate {
  std::string certificate_pem;
  std::string chain_pem;  ///< The certificate and then the CA's, as a TLS server sends it.
  std::string key_pem;
};

class CertificateAuthority {
 public:
  virtual ~CertificateAuthority() = default;
  /// `names` are DNS names, the first one is the subject; `*.` is allowed in front.
  virtual Result<IssuedCertificate> Issue(const std::vector<std::string>& names) = 0;
};

}  // namespace lifeboat::acm
