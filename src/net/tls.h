// TLS sessions for Stream, without OpenSSL's headers. The server side picks its certificate from a
// CertificateStore, the client side checks against a CA or not at all.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/certificate_store.h"

struct ssl_st;
struct ssl_ctx_st;

namespace lifeboat::net {

struct SslDelete {
  void operator()(ssl_st* ssl) const;
};
using SslPtr = std::unique_ptr<ssl_st, SslDelete>;

/// One connection's server side. `store` must outlive it.
SslPtr NewServerSession(CertificateStore& store);

/// Settings that client connections share.
class TlsClient {
 public:
  /// Trusts the certificates in `ca_pem` and nothing else. kInvalid when there is none in it.
  static Result<TlsClient> Trusting(std::string_view ca_pem);
  /// Takes any certificate, as Route 53's health checkers do.
  static TlsClient TrustingAll();

  /// Sends `server_name` as SNI when not empty; when this client checks certificates, the server's
  /// must carry that name.
  SslPtr NewSession(const std::string& server_name) const;

 private:
  explicit TlsClient(std::shared_ptr<ssl_ctx_st> context, bool verify)
      : context_(std::move(context)), verify_(verify) {}
  std::shared_ptr<ssl_ctx_st> context_;
  bool verify_ = true;
};

/// The newest of OpenSSL's queued errors as text, and empties the queue.
std::string TakeSslError();

}  // namespace lifeboat::net
