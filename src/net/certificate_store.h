// CertificateStore: which certificate a TLS server shows to whom. It may change while servers use
// it; connections that are open keep the certificate they began with.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace lifeboat::net {

class CertificateStore {
 public:
  CertificateStore();
  ~CertificateStore();
  CertificateStore(const CertificateStore&) = delete;
  CertificateStore& operator=(const CertificateStore&) = delete;

  /// Clients that ask for `name` get this chain (leaf first). `*.example.com` serves names of one
  /// further label that have no entry of their own. kInvalid when the PEMs don't fit together.
  Status Set(std::string_view name, std::string_view chain_pem, std::string_view key_pem);
  void Remove(std::string_view name);
  /// What clients get that send no name or one without an entry. Without it they are refused.
  Status SetDefault(std::string_view chain_pem, std::string_view key_pem);

  /// For tls.cc.
  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::net
