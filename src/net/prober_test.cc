// The prober against servers that are well, ill and hostile.
#include "net/prober.h"

#include "net/certificate_authority.h"
#include "net/listener.h"
#include "net/net_test_support.h"
#include "net/temporary_folder.h"

namespace lifeboat::net {
namespace {

using health::CheckType;
using health::ProbeOutcome;
using health::ProbeStage;

class ProberTest : public testing::Test {
 protected:
  void Start(CertificateStore* certificates = nullptr) {
    HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.certificates = certificates;
    options.handler = [this](http::Request request, http::Reply reply) {
      requests.push_back(request);
      if (request.target == "/silent") return replies.push_back(std::move(reply));
      if (request.target == "/gone") return reply({.status = kCloseWithoutAnswer});
      if (request.target == "/moved") return reply({.status = 301});
      if (request.target == "/long") {
        return reply({.body = std::string(100'000, 'x') + "needle"});
      }
      reply({.status = 200, .body = "haystack with a needle"});
    };
    server = std::move(*HttpServer::Start(loop, std::move(options)));
  }

  health::ProbeTarget Target(std::string path, CheckType type = CheckType::kHttp) {
    return {.type = type,
            .address = "127.0.0.1",
            .port = server->port(),
            .host = "shop.example",
            .path = std::move(path),
            .user_agent = "checker"};
  }

  ProbeOutcome Probe(health::ProbeTarget target) {
    std::optional<ProbeOutcome> outcome;
    prober.Probe(std::move(target), [&](ProbeOutcome o) { outcome = std::move(o); });
    EXPECT_FALSE(outcome.has_value()) << "inside the call";
    EXPECT_TRUE(RunLoopUntil(loop, [&] { return outcome.has_value(); }));
    return outcome.value_or(ProbeOutcome{});
  }

  /// A port where whatever connects gets `bytes`, and perhaps an end.
  uint16_t Scripted(std::string bytes, bool close_after) {
    auto opened = Listener::Open(loop, {"127.0.0.1", 0}, [=, this](int fd, std::string) {
      auto stream = std::make_unique<Stream>(loop, fd);
      const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
      if (!bytes.empty()) stream->Write({&part, 1});
      if (close_after) stream->ShutdownSend();
      streams.push_back(std::move(stream));
    });
    listeners.push_back(std::move(*opened));
    return listeners.back()->port();
  }

  EventLoop loop;
  Prober prober{loop};
  std::unique_ptr<HttpServer> server;
  std::vector<http::Request> requests;
  std::vector<http::Reply> replies;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::unique_ptr<Stream>> streams;
};

TEST_F(ProberTest, ReportsStatusAndBody) {
  Start();
  const ProbeOutcome plain = Probe(Target("/"));
  EXPECT_EQ(plain.stage, ProbeStage::kDone);
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.reason, "OK");
  EXPECT_EQ(requests[0].headers.Get("Host"), "shop.example");
  EXPECT_EQ(requests[0].headers.Get("User-Agent"), "checker");
  EXPECT_EQ(Probe(Target("/moved")).status, 301) << "not followed";
  EXPECT_EQ(requests.size(), 2u);

  health::ProbeTarget match = Target("/", CheckType::kHttpStrMatch);
  match.search_string = "needle";
  EXPECT_EQ(Probe(match).body, "haystack with a needle");
  match.search_string = "absent";
  EXPECT_EQ(Probe(match).stage, ProbeStage::kDone);
  match.path = "/long";
  EXPECT_EQ(Probe(match).body, std::string(health::kMaxSearchedBytes, 'x'));
}

TEST_F(ProberTest, TcpNeedsAConnectionOnly) {
  Start();
  EXPECT_EQ(Probe(Target("", CheckType::kTcp)).stage, ProbeStage::kDone);
  EXPECT_TRUE(requests.empty());
}

TEST_F(ProberTest, TellsHowFarItCame) {
  Start();
  EXPECT_EQ(Probe(Target("/gone")).stage, ProbeStage::kStatus);
  health::ProbeTarget target = Target("/", CheckType::kHttpStrMatch);
  target.search_string = "needle";
  target.port = Scripted("not HTTP at all\r\n\r\n", true);
  EXPECT_EQ(Probe(target).stage, ProbeStage::kStatus);
  target.port = Scripted("HTTP/1.1 200 Fine\r\nContent-Length: 100\r\n\r\npart", true);
  const ProbeOutcome part = Probe(target);
  EXPECT_EQ(part.stage, ProbeStage::kBody);
  EXPECT_FALSE(part.timed_out);
  EXPECT_EQ(part.reason, "Fine");
  EXPECT_EQ(part.body, "part");

  const uint16_t dead = server->port();
  server.reset();
  target.port = dead;
  const ProbeOutcome refused = Probe(target);
  EXPECT_EQ(refused.stage, ProbeStage::kConnect);
  EXPECT_FALSE(refused.timed_out);
  target.address = "no address";
  EXPECT_EQ(Probe(target).stage, ProbeStage::kConnect);
}

// The time-outs are Route 53's own, so this takes about as long as the longest one; all at once.
TEST_F(ProberTest, TimesOutInEveryStage) {
  Start();
  health::ProbeTarget silent = Target("/silent");
  health::ProbeTarget body = Target("/", CheckType::kHttpStrMatch);
  body.search_string = "needle";
  body.port = Scripted("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", false);
  health::ProbeTarget tls = Target("/", CheckType::kHttps);
  tls.tls = true;
  tls.port = Scripted("", false);
  std::map<std::string, ProbeOutcome> outcomes;
  for (const auto& [name, target] :
       {std::pair{"status", silent}, std::pair{"body", body}, std::pair{"tls", tls}}) {
    prober.Probe(target, [&outcomes, name = std::string(name)](ProbeOutcome o) {
      outcomes[name] = std::move(o);
    });
  }
  RUN_UNTIL(loop, outcomes.size() == 3);
  EXPECT_EQ(outcomes["status"].stage, ProbeStage::kStatus);
  EXPECT_EQ(outcomes["body"].stage, ProbeStage::kBody);
  EXPECT_EQ(outcomes["body"].status, 200);
  EXPECT_EQ(outcomes["tls"].stage, ProbeStage::kTls);
  for (const auto& [name, outcome] : outcomes) EXPECT_TRUE(outcome.timed_out) << name;
}

TEST_F(ProberTest, TakesAnyCertificateAndSendsTheName) {
  const TemporaryFolder folder;
  const auto ca = CertificateAuthority::LoadOrCreate(folder.path());
  const auto issued = (*ca)->Issue({"other.example"});
  CertificateStore store;
  ASSERT_TRUE(store.Set("shop.example", issued->chain_pem, issued->key_pem).ok());
  Start(&store);
  health::ProbeTarget target = Target("/", CheckType::kHttps);
  target.tls = true;
  EXPECT_EQ(Probe(target).stage, ProbeStage::kTls) << "no SNI, and no default certificate";
  target.server_name = "shop.example";
  EXPECT_EQ(Probe(target).status, 200);
}

TEST_F(ProberTest, ManyAtOnceAndGivenUp) {
  Start();
  int done = 0;
  for (int i = 0; i < 100; ++i) {
    prober.Probe(Target("/"), [&](ProbeOutcome o) { done += o.status == 200; });
  }
  RUN_UNTIL(loop, done == 100);
  auto dropped = std::make_unique<Prober>(loop);
  dropped->Probe(Target("/silent"), [](ProbeOutcome) { FAIL(); });
  RUN_UNTIL(loop, replies.size() == 1);
  dropped.reset();
}

}  // namespace
}  // namespace lifeboat::net
