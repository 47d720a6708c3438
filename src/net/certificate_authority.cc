#include "net/certificate_authority.h"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/bytes.h"
#include "base/check.h"
#include "net/files.h"
#include "net/openssl_ptr.h"
#include "net/tls.h"

namespace lifeboat::net {
namespace {

constexpr long kSecondsPerDay = 86400;
constexpr long kCaDays = 3650;
// ACM's certificates live 13 months; clients refuse more than 825 days.
constexpr long kLeafDays = 395;
// Clocks of other machines, or a clock set back in a drill, may be behind ours.
constexpr long kBackdateDays = 1;
constexpr size_t kNamesMax = 100;
constexpr size_t kPemBytesMax = 64 << 10;
// X.509's ub-common-name; longer names stand in the subjectAltName only.
constexpr size_t kCommonNameBytesMax = 64;
constexpr size_t kDnsNameBytesMax = 253;

KeyPtr NewKey() { return KeyPtr(EVP_EC_gen("P-256")); }

std::string Contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

std::string ToPem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  Check(PEM_write_bio_X509(bio.get(), certificate) == 1, "OpenSSL writes a certificate");
  return Contents(bio.get());
}

std::string ToPem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  Check(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
        "OpenSSL writes a key");
  return Contents(bio.get());
}

bool IsAddress(const std::string& name) {
  in6_addr address{};
  return inet_pton(AF_INET, name.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

bool IsDnsName(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.empty() || name.size() > kDnsNameBytesMax) return false;
  for (const std::string_view label : Split(name, '.')) {
    if (label.empty() || label.size() > 63) return false;
    for (const char c : label) {
      const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '_';
      if (!fine) return false;
    }
  }
  return true;
}

/// False when OpenSSL can't make it, for instance because the issuer lacks what it refers to.
bool AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

void SetRandomSerial(X509* certificate) {
  // 159 bits: positive in at most 20 octets (RFC 5280, section 4.1.2.2).
  std::unique_ptr<BIGNUM, OpenSslFree<&BN_free>> serial(BN_new());
  Check(BN_rand(serial.get(), 159, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1, "random bits");
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate));
}

void SetName(X509_NAME* subject, const char* field, const std::string& value) {
  X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(value.data()),
                             static_cast<int>(value.size()), -1, 0);
}

X509Ptr NewCertificate(EVP_PKEY* key, long days) {
  X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  SetRandomSerial(certificate.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kBackdateDays * kSecondsPerDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kSecondsPerDay);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

X509Ptr NewCaCertificate(EVP_PKEY* key) {
  X509Ptr ca = NewCertificate(key, kCaDays);
  X509_NAME* name = X509_get_subject_name(ca.get());
  SetName(name, "O", "Lifeboat");
  // Worlds side by side must not be taken for each other.
  unsigned char random[4];
  Check(RAND_bytes(random, sizeof random) == 1, "random bytes");
  SetName(name, "CN",
          "Lifeboat world CA " + HexEncode({reinterpret_cast<const char*>(random), sizeof random}));
  X509_set_issuer_name(ca.get(), name);
  const bool extended =
      AddExtension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      AddExtension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
      AddExtension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  Check(extended, "OpenSSL makes the extensions of a CA");
  Check(X509_sign(ca.get(), key, EVP_sha256()) > 0, "OpenSSL signs");
  return ca;
}

std::string SubjectAltName(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ',';
    text += (IsAddress(name) ? "IP:" : "DNS:") + name;
  }
  return text;
}

Status Create(const std::string& certificate_path, const std::string& key_path) {
  const KeyPtr key = NewKey();
  Check(key != nullptr, "OpenSSL makes a key");
  // The certificate comes last: where it is, the key is too.
  if (Status status = WriteFileAtomically(key_path, ToPem(key.get())); !status) return status;
  return WriteFileAtomically(certificate_path, ToPem(NewCaCertificate(key.get()).get()));
}

}  // namespace

struct CertificateAuthority::Impl {
  X509Ptr certificate;
  KeyPtr key;
  std::string pem;
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CertificateAuthority::~CertificateAuthority() = default;

const std::string& CertificateAuthority::ca_pem() const { return impl_->pem; }

Result<std::unique_ptr<CertificateAuthority>> CertificateAuthority::LoadOrCreate(
    const std::string& folder) {
  const std::string certificate_path = folder + "/ca.pem";
  const std::string key_path = folder + "/ca.key";
  if (Status made = MakeFolders(folder); !made) return made.error();
  const Result<FileLock> lock = FileLock::Acquire(folder + "/ca.lock");
  if (!lock) return lock.error();
  Result<std::string> pem = ReadFile(certificate_path, kPemBytesMax);
  if (!pem && pem.error().code == ErrorCode::kNotFound) {
    if (Status created = Create(certificate_path, key_path); !created) return created.error();
    pem = ReadFile(certificate_path, kPemBytesMax);
  }
  if (!pem) return pem.error();
  const Result<std::string> key_pem = ReadFile(key_path, kPemBytesMax);
  if (!key_pem) return key_pem.error();
  auto impl = std::make_unique<Impl>();
  impl->pem = *pem;
  impl->certificate = ReadCertificate(ReadOnlyBio(impl->pem).get());
  impl->key = ReadPrivateKey(*key_pem);
  if (!impl->certificate || !impl->key ||
      X509_check_private_key(impl->certificate.get(), impl->key.get()) != 1) {
    TakeSslError();
    return Error{ErrorCode::kCorrupt,
                 fmt::format("{} and {} are not a CA", certificate_path, key_path)};
  }
  return std::unique_ptr<CertificateAuthority>(new CertificateAuthority(std::move(impl)));
}

Result<acm::IssuedCertificate> CertificateAuthority::Issue(const std::vector<std::string>& names) {
  if (names.empty() || names.size() > kNamesMax) {
    return InvalidError(fmt::format("a certificate has 1 to {} names", kNamesMax));
  }
  for (const std::string& name : names) {
    if (!IsDnsName(name) && !IsAddress(name)) {
      return InvalidError(fmt::format("'{}' is not a DNS name", name));
    }
  }
  const KeyPtr key = NewKey();
  Check(key != nullptr, "OpenSSL makes a key");
  const X509Ptr leaf = NewCertificate(key.get(), kLeafDays);
  X509* ca = impl_->certificate.get();
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(ca));
  const bool named = names[0].size() <= kCommonNameBytesMax;
  if (named) SetName(X509_get_subject_name(leaf.get()), "CN", names[0]);
  // Critical when the subject is empty (RFC 5280, section 4.2.1.6).
  const std::string alternative = (named ? "" : "critical,") + SubjectAltName(names);
  const bool extended = AddExtension(leaf.get(), ca, NID_basic_constraints, "critical,CA:FALSE") &&
                        AddExtension(leaf.get(), ca, NID_key_usage, "critical,digitalSignature") &&
                        AddExtension(leaf.get(), ca, NID_ext_key_usage, "serverAuth") &&
                        AddExtension(leaf.get(), ca, NID_subject_key_identifier, "hash") &&
                        AddExtension(leaf.get(), ca, NID_authority_key_identifier, "keyid") &&
                        AddExtension(leaf.get(), ca, NID_subject_alt_name, alternative);
  // The CA's files may have been replaced by others, with a key that signs in another way.
  if (!extended || X509_sign(leaf.get(), impl_->key.get(), EVP_sha256()) <= 0) {
    return Error{ErrorCode::kCorrupt,
                 "the world's CA cannot sign a certificate: " + TakeSslError()};
  }
  std::string pem = ToPem(leaf.get());
  std::string chain = pem + impl_->pem;
  return acm::IssuedCertificate{std::move(pem), std::move(chain), ToPem(key.get())};
}

}  // namespace lifeboat::net
