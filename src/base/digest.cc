#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/check.h"

namespace lifeboat {
namespace {

constexpr size_t kHmacBlock = 64;

// Looking an algorithm up costs more than hashing a small request with it, so each thread keeps the
// algorithm and a context.
class Hasher {
 public:
  explicit Hasher(const char* name)
      : md_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
    Check(md_ != nullptr && context_ != nullptr, "OpenSSL has the algorithm");
  }
  ~Hasher() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(md_);
  }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  /// Of `a` and then `b`; the view lives until the next call.
  std::string_view Hash(std::string_view a, std::string_view b = {}) {
    unsigned int size = 0;
    const bool ok = EVP_DigestInit_ex2(context_, md_, nullptr) == 1 &&
                    EVP_DigestUpdate(context_, a.data(), a.size()) == 1 &&
                    EVP_DigestUpdate(context_, b.data(), b.size()) == 1 &&
                    EVP_DigestFinal_ex(context_, digest_, &size) == 1;
    Check(ok, "digest computed");
    return {reinterpret_cast<const char*>(digest_), size};
  }

 private:
  EVP_MD* md_;
  EVP_MD_CTX* context_;
  unsigned char digest_[EVP_MAX_MD_SIZE];
};

Hasher& Sha256Hasher() {
  thread_local Hasher hasher("SHA256");
  return hasher;
}

}  // namespace

std::string Sha256(std::string_view bytes) { return std::string(Sha256Hasher().Hash(bytes)); }

std::string Sha256Hex(std::string_view bytes) { return HexEncode(Sha256Hasher().Hash(bytes)); }

std::string Sha1(std::string_view bytes) {
  thread_local Hasher hasher("SHA1");
  return std::string(hasher.Hash(bytes));
}

std::string Md5(std::string_view bytes) {
  thread_local Hasher hasher("MD5");
  return std::string(hasher.Hash(bytes));
}

// RFC 2104.
std::string HmacSha256(std::string_view key, std::string_view bytes) {
  std::string hashed;
  if (key.size() > kHmacBlock) key = hashed = Sha256(key);
  char inner[kHmacBlock];
  char outer[kHmacBlock];
  for (size_t i = 0; i < kHmacBlock; ++i) {
    const char k = i < key.size() ? key[i] : '\0';
    inner[i] = static_cast<char>(k ^ 0x36);
    outer[i] = static_cast<char>(k ^ 0x5c);
  }
  const std::string_view first = Sha256Hasher().Hash({inner, kHmacBlock}, bytes);
  return std::string(Sha256Hasher().Hash({outer, kHmacBlock}, first));
}

bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace lifeboat
