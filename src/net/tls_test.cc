// The world's CA, certificates by SNI, and what clients check.
#include "net/tls.h"

#include <openssl/x509v3.h>

#include "net/certificate_authority.h"
#include "net/dialer.h"
#include "net/files.h"
#include "net/net_test_support.h"
#include "net/openssl_ptr.h"
#include "net/temporary_folder.h"

namespace lifeboat::net {
namespace {

using client::Stage;
using client::TransportError;

class CertificateAuthorityTest : public testing::Test {
 protected:
  CertificateAuthorityTest() : ca(std::move(*CertificateAuthority::LoadOrCreate(folder.path()))) {}
  TemporaryFolder folder;
  std::unique_ptr<CertificateAuthority> ca;
};

/// OpenSSL's own verdict on a leaf for a host name; 0 is fine.
int Verify(const std::string& ca_pem, const std::string& leaf_pem, const char* host) {
  const X509Ptr ca = ReadCertificate(ReadOnlyBio(ca_pem).get());
  const X509Ptr leaf = ReadCertificate(ReadOnlyBio(leaf_pem).get());
  std::unique_ptr<X509_STORE, OpenSslFree<&X509_STORE_free>> store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), ca.get());
  std::unique_ptr<X509_STORE_CTX, OpenSslFree<&X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set1_host(param, host, 0);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

TEST_F(CertificateAuthorityTest, IssuesWhatOpenSslAccepts) {
  const std::string long_name = std::string(60, 'a') + "." + std::string(60, 'b') + ".com";
  const auto issued = ca->Issue({"api.example.com", "*.other.org", "127.0.11.1"});
  ASSERT_TRUE(issued.ok()) << issued.error().message;
  EXPECT_EQ(issued->chain_pem, issued->certificate_pem + ca->ca_pem());
  EXPECT_EQ(Verify(ca->ca_pem(), issued->certificate_pem, "api.example.com"), X509_V_OK);
  EXPECT_EQ(Verify(ca->ca_pem(), issued->certificate_pem, "x.other.org"), X509_V_OK);
  EXPECT_EQ(Verify(ca->ca_pem(), issued->certificate_pem, "other.org"),
            X509_V_ERR_HOSTNAME_MISMATCH);
  const auto long_issued = ca->Issue({long_name});
  ASSERT_TRUE(long_issued.ok());
  EXPECT_EQ(Verify(ca->ca_pem(), long_issued->certificate_pem, long_name.c_str()), X509_V_OK);
  EXPECT_NE(issued->key_pem, long_issued->key_pem);
}

TEST_F(CertificateAuthorityTest, RefusesWhatIsNoName) {
  for (const std::string name : {"", "a b", "a,DNS:b", "*", "*.", "a..b", "a.*.b", "a\n"}) {
    const auto issued = ca->Issue({name});
    ASSERT_FALSE(issued.ok()) << name;
    EXPECT_EQ(issued.error().code, ErrorCode::kInvalid);
  }
  EXPECT_FALSE(ca->Issue({}).ok());
  EXPECT_FALSE(ca->Issue(std::vector<std::string>(101, "a.b")).ok());
}

TEST_F(CertificateAuthorityTest, IsTheSameWhenLoadedAgain) {
  const auto again = CertificateAuthority::LoadOrCreate(folder.path());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)->ca_pem(), ca->ca_pem());
  const auto issued = (*again)->Issue({"a.b"});
  EXPECT_EQ(Verify(ca->ca_pem(), issued->certificate_pem, "a.b"), X509_V_OK);
  EXPECT_EQ(std::filesystem::status(folder.path() + "/ca.key").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(CertificateAuthorityTest, RefusesFilesThatDoNotFit) {
  const TemporaryFolder other_folder;
  const auto other = CertificateAuthority::LoadOrCreate(other_folder.path());
  ASSERT_TRUE(WriteFileAtomically(folder.path() + "/ca.pem", (*other)->ca_pem()).ok());
  EXPECT_EQ(CertificateAuthority::LoadOrCreate(folder.path()).error().code, ErrorCode::kCorrupt);
  ASSERT_TRUE(WriteFileAtomically(folder.path() + "/ca.pem", "junk").ok());
  EXPECT_EQ(CertificateAuthority::LoadOrCreate(folder.path()).error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(CertificateAuthority::LoadOrCreate(folder.path() + "/ca.pem").ok());
}

TEST_F(CertificateAuthorityTest, AKeyThatCannotSignIsAnError) {
  const KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const X509Ptr certificate(X509_new());
  X509_set_pubkey(certificate.get(), key.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 1000);
  ASSERT_GT(X509_sign(certificate.get(), key.get(), nullptr), 0);
  const auto write = [&](const char* name, auto put) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    put(bio.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    const std::string_view bytes(data, static_cast<size_t>(size));
    ASSERT_TRUE(WriteFileAtomically(folder.path() + name, bytes).ok());
  };
  write("/ca.pem", [&](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); });
  write("/ca.key", [&](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  const auto loaded = CertificateAuthority::LoadOrCreate(folder.path());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ((*loaded)->Issue({"a.b"}).error().code, ErrorCode::kCorrupt);
}

class TlsTest : public CertificateAuthorityTest {
 protected:
  TlsTest() : dialer(std::move(*Dialer::New(loop, ca->ca_pem()))) {
    HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.certificates = &store;
    options.limits.header_timeout = Duration::Millis(200);
    options.handler = [](http::Request request, http::Reply reply) {
      EXPECT_TRUE(request.tls);
      reply({.body = "for " + std::string(request.host()) + " " + request.body});
    };
    server = std::move(*HttpServer::Start(loop, std::move(options)));
  }

  void Serve(const std::string& name) {
    const auto issued = ca->Issue({name});
    ASSERT_TRUE(store.Set(name, issued->chain_pem, issued->key_pem).ok());
  }

  using Connected = Result<std::unique_ptr<client::Connection>, TransportError>;
  Connected Connect(const std::string& name, Duration timeout = kTestLimit) {
    std::optional<Connected> outcome;
    dialer->Connect({"127.0.0.1", server->port(), true, name}, timeout,
                    [&](Connected connected) { outcome.emplace(std::move(connected)); });
    EXPECT_TRUE(loop.RunUntil([&] { return outcome.has_value(); }, kTestLimit));
    return std::move(*outcome);
  }

  EventLoop loop;
  CertificateStore store;
  std::unique_ptr<Dialer> dialer;
  std::unique_ptr<HttpServer> server;
};

TEST_F(TlsTest, ServesTheCertificateOfTheName) {
  Serve("a.example.com");
  Serve("*.example.com");
  Serve("b.org");
  for (const std::string name : {"a.example.com", "A.Example.com", "x.example.com", "b.org"}) {
    Connected connected = Connect(name);
    ASSERT_TRUE(connected.ok()) << name << ": " << connected.error().message;
    std::string body;
    (*connected)
        ->Send({.method = "POST", .body = std::string(300'000, 'x')}, kTestLimit,
               [&](auto answer) { body = answer->body; });
    RUN_UNTIL(loop, !body.empty());
    EXPECT_EQ(body.size(), 300'000 + ToString(SocketAddress{name, server->port()}).size() + 5);
  }
}

TEST_F(TlsTest, NamesWithoutCertificateAreRefusedOrGetTheDefault) {
  Serve("b.org");
  const Connected refused = Connect("c.org");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().stage, Stage::kTls);
  const auto issued = ca->Issue({"c.org", "127.0.0.1"});
  ASSERT_TRUE(store.SetDefault(issued->chain_pem, issued->key_pem).ok());
  EXPECT_TRUE(Connect("c.org").ok());
  EXPECT_TRUE(Connect("127.0.0.1").ok()) << "by address, without SNI";
}

TEST_F(TlsTest, CertificatesMayComeAndGo) {
  Serve("b.org");
  const Connected before = Connect("b.org");
  store.Remove("b.org");
  EXPECT_FALSE(Connect("b.org").ok());
  EXPECT_TRUE((*before)->open());
  Serve("b.org");
  EXPECT_TRUE(Connect("b.org").ok());
}

TEST_F(TlsTest, ClientsCheckNameAndIssuer) {
  const auto wrong_name = ca->Issue({"other.org"});
  ASSERT_TRUE(store.Set("b.org", wrong_name->chain_pem, wrong_name->key_pem).ok());
  const Connected mismatch = Connect("b.org");
  ASSERT_FALSE(mismatch.ok());
  EXPECT_EQ(mismatch.error().stage, Stage::kTls);
  EXPECT_NE(mismatch.error().message.find("hostname mismatch"), std::string::npos)
      << mismatch.error().message;

  const TemporaryFolder other_folder;
  const auto other = CertificateAuthority::LoadOrCreate(other_folder.path());
  const auto foreign = (*other)->Issue({"b.org"});
  ASSERT_TRUE(store.Set("b.org", foreign->chain_pem, foreign->key_pem).ok());
  EXPECT_FALSE(Connect("b.org").ok());
}

TEST_F(TlsTest, TheStoreRefusesWhatDoesNotFit) {
  const auto a = ca->Issue({"a.org"});
  const auto b = ca->Issue({"b.org"});
  EXPECT_EQ(store.Set("a.org", a->chain_pem, b->key_pem).error().code, ErrorCode::kInvalid);
  EXPECT_FALSE(store.Set("a.org", "junk", a->key_pem).ok());
  EXPECT_FALSE(store.Set("a.org", a->chain_pem, "junk").ok());
  EXPECT_FALSE(store.SetDefault("", "").ok());
}

TEST_F(TlsTest, PlainTextAndSilenceEndTheConnection) {
  Serve("b.org");
  RawClient plain(loop, server->port());
  plain.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  RawClient silent(loop, server->port());
  RUN_UNTIL(loop, plain.ended && silent.ended);
  RUN_UNTIL(loop, server->connection_count() == 0);
}

TEST_F(TlsTest, ASilentServerTimesOutInTheHandshake) {
  const int fd = *ListenTcp({"127.0.0.1", 0});  // Accepts, since there is a backlog, and is silent.
  const Descriptor owner(loop, fd);
  std::optional<TransportError> error;
  dialer->Connect({"127.0.0.1", LocalPort(fd), true, "b.org"}, Duration::Millis(30),
                  [&](auto connected) { error = connected.error(); });
  RUN_UNTIL(loop, error.has_value());
  EXPECT_EQ(error->stage, Stage::kTls);
  EXPECT_TRUE(error->timed_out);
}

}  // namespace
}  // namespace lifeboat::net
