// RegionHost: what is its own, beside the parts that have tests of theirs.
#include "net/region_host.h"

#include "net/certificate_authority.h"
#include "net/net_test_support.h"
#include "net/temporary_folder.h"
#include "storage/memory_engine.h"

namespace lifeboat::net {
namespace {

class RegionHostTest : public testing::Test {
 protected:
  RegionHostTest() : ca(std::move(*CertificateAuthority::LoadOrCreate(folder.path()))) {
    HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.handler = [](http::Request request, http::Reply reply) {
      reply({.body = request.body});
    };
    peer = std::move(*HttpServer::Start(loop, std::move(options)));
    host = std::make_unique<RegionHost>(
        loop, RegionDisk{std::make_unique<storage::MemoryEngine>(), {.generation = 7}}, *ca,
        RegionHostOptions{.code_folder = folder.path() + "/code",
                          .address = "127.0.0.1",
                          .peers = {{"us-west-2", {"127.0.0.1", peer->port()}}}});
  }

  Result<http::Response> CallPeer(std::string_view region) {
    std::optional<Result<http::Response>> outcome;
    host->CallPeer(region, {.method = "POST", .body = "hi"}, kTestLimit,
                   [&](auto answer) { outcome = answer; });
    EXPECT_FALSE(outcome.has_value()) << "inside the call";
    EXPECT_TRUE(RunLoopUntil(loop, [&] { return outcome.has_value(); }));
    return *outcome;
  }

  TemporaryFolder folder;
  EventLoop loop;
  std::unique_ptr<CertificateAuthority> ca;
  std::unique_ptr<HttpServer> peer;
  std::unique_ptr<RegionHost> host;
};

TEST_F(RegionHostTest, CallsPeers) {
  const auto answer = CallPeer("us-west-2");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->body, "hi");
  EXPECT_EQ(CallPeer("eu-west-1").error().code, ErrorCode::kUnavailable);
  peer.reset();
  bool turned = false;
  loop.After(Duration::Millis(1), [&] { turned = true; });
  RUN_UNTIL(loop, turned);
  EXPECT_EQ(CallPeer("us-west-2").error().code, ErrorCode::kUnavailable);
}

TEST_F(RegionHostTest, CommitsToItsEngine) {
  storage::WriteBatch batch;
  batch.Put(storage::Space::kMeta, "key", "value");
  std::optional<bool> ok;
  host->committer().Commit(batch, [&](Status status) { ok = status.ok(); });
  RUN_UNTIL(loop, ok.has_value());
  EXPECT_TRUE(*ok);
  EXPECT_EQ(**host->engine().Get(storage::Space::kMeta, "key"), "value");
  EXPECT_EQ(host->generation(), 7u);
}

TEST_F(RegionHostTest, ServesAndWithdrawsCertificates) {
  HttpServerOptions options;
  options.listen = {"127.0.0.1", 0};
  options.certificates = &host->certificates();
  options.handler = [](http::Request, http::Reply reply) { reply({}); };
  const auto server = std::move(*HttpServer::Start(loop, std::move(options)));
  const auto dialer = std::move(*Dialer::New(loop, ca->ca_pem()));
  const auto connects = [&] {
    std::optional<bool> ok;
    dialer->Connect({"127.0.0.1", server->port(), true, "api.example"}, kTestLimit,
                    [&](auto connected) { ok = connected.ok(); });
    EXPECT_TRUE(RunLoopUntil(loop, [&] { return ok.has_value(); }));
    return ok.value_or(false);
  };
  EXPECT_FALSE(connects());
  const auto issued = host->certificate_authority().Issue({"api.example"});
  host->ServeCertificate("api.example", issued->chain_pem, issued->key_pem);
  EXPECT_TRUE(connects());
  host->ServeCertificate("api.example", "", "");
  EXPECT_FALSE(connects());
}

}  // namespace
}  // namespace lifeboat::net
