#include "net/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/bytes.h"
#include "base/check.h"
#include "net/openssl_ptr.h"

namespace lifeboat::net {
namespace {

using ContextPtr = std::shared_ptr<SSL_CTX>;

ContextPtr NewContext(const SSL_METHOD* method) {
  ContextPtr context(SSL_CTX_new(method), &SSL_CTX_free);
  Check(context != nullptr, "OpenSSL makes a context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Idle connections give their buffers back; writes may be cut short and retried from elsewhere.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // An end without close_notify reads as an end: HTTP has its own framing.
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
  return context;
}

/// Holds one certificate; all else of a session comes from the context that it began with.
Result<ContextPtr> NewServerContext(std::string_view chain_pem, std::string_view key_pem) {
  ERR_clear_error();
  ContextPtr context = NewContext(TLS_server_method());
  const BioPtr chain = ReadOnlyBio(chain_pem);
  const X509Ptr leaf = ReadCertificate(chain.get());
  if (!leaf || SSL_CTX_use_certificate(context.get(), leaf.get()) != 1) {
    return InvalidError("not a certificate: " + TakeSslError());
  }
  while (const X509Ptr issuer = ReadCertificate(chain.get())) {
    if (SSL_CTX_add1_chain_cert(context.get(), issuer.get()) != 1) {
      return InvalidError("not a certificate chain: " + TakeSslError());
    }
  }
  ERR_clear_error();  // The end of the PEM.
  const KeyPtr key = ReadPrivateKey(key_pem);
  if (!key || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return InvalidError("not the certificate's private key: " + TakeSslError());
  }
  return context;
}

}  // namespace

struct CertificateStore::Impl {
  Impl() : base(NewContext(TLS_server_method())) {
    SSL_CTX_set_tlsext_servername_callback(base.get(), &Impl::OnServerName);
    SSL_CTX_set_tlsext_servername_arg(base.get(), this);
    // Without resumption there is no ticket to send and no session to keep.
    SSL_CTX_set_session_cache_mode(base.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(base.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(base.get(), 0);
  }

  const ContextPtr* Find(std::string_view server_name) const {
    const std::string name = ToLower(server_name);
    if (const auto exact = by_name.find(name); exact != by_name.end()) return &exact->second;
    const size_t dot = name.find('.');
    if (dot != std::string::npos) {
      const auto wildcard = by_name.find("*" + name.substr(dot));
      if (wildcard != by_name.end()) return &wildcard->second;
    }
    return fallback ? &fallback : nullptr;
  }

  // OpenSSL calls it for every handshake, also when the client sent no name.
  static int OnServerName(SSL* ssl, int*, void* self) {
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    const ContextPtr* found = static_cast<Impl*>(self)->Find(name ? name : "");
    if (!found) return SSL_TLSEXT_ERR_ALERT_FATAL;
    SSL_set_SSL_CTX(ssl, found->get());
    return SSL_TLSEXT_ERR_OK;
  }

  ContextPtr base;  ///< What sessions begin with; it has no certificate.
  ContextPtr fallback;
  std::map<std::string, ContextPtr, std::less<>> by_name;
};

CertificateStore::CertificateStore() : impl_(std::make_unique<Impl>()) {}
CertificateStore::~CertificateStore() = default;

Status CertificateStore::Set(std::string_view name, std::string_view chain_pem,
                             std::string_view key_pem) {
  Result<ContextPtr> context = NewServerContext(chain_pem, key_pem);
  if (!context) return context.error();
  impl_->by_name[ToLower(name)] = std::move(*context);
  return {};
}

void CertificateStore::Remove(std::string_view name) { impl_->by_name.erase(ToLower(name)); }

Status CertificateStore::SetDefault(std::string_view chain_pem, std::string_view key_pem) {
  Result<ContextPtr> context = NewServerContext(chain_pem, key_pem);
  if (!context) return context.error();
  impl_->fallback = std::move(*context);
  return {};
}

void SslDelete::operator()(ssl_st* ssl) const { SSL_free(ssl); }

SslPtr NewServerSession(CertificateStore& store) {
  SslPtr ssl(SSL_new(store.impl().base.get()));
  Check(ssl != nullptr, "OpenSSL makes a session");
  SSL_set_accept_state(ssl.get());
  return ssl;
}

Result<TlsClient> TlsClient::Trusting(std::string_view ca_pem) {
  ERR_clear_error();
  ContextPtr context = NewContext(TLS_client_method());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const BioPtr bio = ReadOnlyBio(ca_pem);
  int count = 0;
  while (const X509Ptr ca = ReadCertificate(bio.get())) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca.get()) == 1) ++count;
  }
  ERR_clear_error();
  if (count == 0) return InvalidError("no CA certificate in the PEM");
  return TlsClient(std::move(context), true);
}

TlsClient TlsClient::TrustingAll() { return TlsClient(NewContext(TLS_client_method()), false); }

SslPtr TlsClient::NewSession(const std::string& server_name) const {
  SslPtr ssl(SSL_new(context_.get()));
  Check(ssl != nullptr, "OpenSSL makes a session");
  SSL_set_connect_state(ssl.get());
  in6_addr address{};
  const bool numeric = inet_pton(AF_INET, server_name.c_str(), &address) == 1 ||
                       inet_pton(AF_INET6, server_name.c_str(), &address) == 1;
  // RFC 6066, section 3: literal addresses are not permitted as server names.
  if (!server_name.empty() && !numeric) {
    SSL_set_tlsext_host_name(ssl.get(), server_name.c_str());
  }
  if (verify_ && numeric) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), server_name.c_str());
  } else if (verify_) {
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl.get(), server_name.c_str());
  }
  return ssl;
}

std::string TakeSslError() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "unknown TLS error";
  const char* reason = ERR_reason_error_string(code);
  return reason ? reason : "TLS error " + std::to_string(code);
}

}  // namespace lifeboat::net
