// CertificateAuthority: the world's own CA. Clients trust its certificate (`ca.pem`) and nothing
// else; every process of the world may sign with its key.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "acm/certificate_authority.h"
#include "base/result.h"

namespace lifeboat::net {

class CertificateAuthority final : public acm::CertificateAuthority {
 public:
  /// Reads `ca.pem` and `ca.key` from `folder`, or makes folder and files. Processes that come at
  /// the same time get the same CA. kIo, or kCorrupt when the files don't fit together.
  static Result<std::unique_ptr<CertificateAuthority>> LoadOrCreate(const std::string& folder);
  ~CertificateAuthority() override;

  /// Names that are numeric addresses are certified as such. kInvalid for anything else that is no
  /// DNS name.
  Result<acm::IssuedCertificate> Issue(const std::vector<std::string>& names) override;
  const std::string& ca_pem() const;

 private:
  struct Impl;
  explicit CertificateAuthority(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::net
