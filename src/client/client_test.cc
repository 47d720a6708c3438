// The clients against a scripted Dialer: what they ask, whom they connect to, what they reuse.
#include <gtest/gtest.h>

#include "client/aws_client.h"
#include "client/http_session.h"
#include "client/resolver.h"
#include "dns/address.h"
#include "dns/message.h"

namespace lifeboat::client {
namespace {

/// Answers when DeliverAll() is called; remembers what was asked.
class ScriptedDialer final : public Dialer {
 public:
  struct Served {
    Endpoint endpoint;
    http::Request request;
  };

  void Connect(
      const Endpoint& endpoint, Duration,
      std::function<void(Result<std::unique_ptr<Connection>, TransportError>)> done) override {
    connects.push_back(endpoint);
    later.push_back([this, endpoint, done] {
      if (refuse) return done(TransportError{Stage::kConnect, false, "refused"});
      done(std::unique_ptr<Connection>(new ScriptedConnection(*this, endpoint)));
    });
  }
  void Query(const std::string& address, uint16_t port, std::string message, Duration,
             std::function<void(Result<std::string>)> done) override {
    queries.push_back(address + ":" + std::to_string(port));
    later.push_back([this, message, done] {
      if (silent_servers-- > 0) return done(Error{ErrorCode::kUnavailable, "no answer"});
      dns::Message answer = *dns::ParseMessage(message);
      answer.is_response = true;
      answer.edns.reset();
      answer.rcode = rcode;
      const dns::Name name = answer.questions[0].name;
      if (!address_answer.empty())
        answer.answers = {
            {name, dns::Type::kA, dns::Class::kIn, 60, *dns::ParseIpv4(address_answer)}};
      done(dns::WriteMessage(answer));
    });
  }
  /// Runs everything that waits, and what that leads to.
  void DeliverAll() {
    while (!later.empty())
      for (auto& task : std::exchange(later, {})) task();
  }

  std::vector<std::function<void()>> later;
  std::vector<std::string> queries;
  std::vector<Endpoint> connects;
  std::vector<Served> served;
  std::string address_answer = "127.0.11.1";
  dns::Rcode rcode = dns::Rcode::kNoError;
  int silent_servers = 0;
  bool refuse = false;
  bool break_sends = false;
  bool close_after_answer = false;
  http::Response response;

 private:
  class ScriptedConnection final : public Connection {
   public:
    ScriptedConnection(ScriptedDialer& dialer, Endpoint endpoint)
        : dialer_(dialer), endpoint_(std::move(endpoint)) {}
    void Send(http::Request request, Duration,
              std::function<void(Result<http::Response, TransportError>)> done) override {
      dialer_.served.push_back({endpoint_, request});
      open_ = !dialer_.close_after_answer;
      dialer_.later.push_back([&dialer = dialer_, done] {
        if (dialer.break_sends) return done(TransportError{Stage::kReceive, true, "timed out"});
        done(dialer.response);
      });
    }
    bool open() const override { return open_; }

   private:
    ScriptedDialer& dialer_;
    Endpoint endpoint_;
    bool open_ = true;
  };
};

const std::vector<ServerAddress> kServers = {{"127.0.0.1", 10053}, {"127.0.0.2", 10053}};

CohortPolicy Policy(DnsPolicy dns, Duration extra = {}) {
  CohortPolicy policy;
  policy.dns = dns;
  policy.dns_extra = extra;
  return policy;
}

/// How many questions four requests cause, at 0, 59, 61 and 95 seconds; the TTL is 60 s.
TEST(Resolver, KeepsAnswersAsItsPolicySays) {
  struct Case {
    CohortPolicy policy;
    std::vector<size_t> asked;
  };
  const std::vector<Case> cases = {
      {Policy(DnsPolicy::kNone), {1, 2, 3, 4}},
      {Policy(DnsPolicy::kTtl), {1, 1, 2, 2}},
      {Policy(DnsPolicy::kTtlPlus, Duration::Seconds(30)), {1, 1, 1, 2}},
      {Policy(DnsPolicy::kForever), {1, 1, 1, 1}},
  };
  for (const Case& c : cases) {
    ScriptedDialer dialer;
    ManualClock clock;
    Resolver resolver(dialer, clock, kServers, c.policy);
    std::vector<size_t> asked;
    for (const int64_t step : {0, 59, 2, 34}) {
      clock.Advance(Duration::Seconds(step));
      std::string got;
      resolver.Resolve("api.example.com", [&](auto addresses) { got = addresses.value().front(); });
      dialer.DeliverAll();
      EXPECT_EQ(got, "127.0.11.1");
      asked.push_back(dialer.queries.size());
    }
    EXPECT_EQ(asked, c.asked) << static_cast<int>(c.policy.dns);
  }
}

TEST(Resolver, AsksTheNextServerAndGivesUpInTheEnd) {
  ScriptedDialer dialer;
  ManualClock clock;
  Resolver resolver(dialer, clock, kServers, Policy(DnsPolicy::kTtl));
  dialer.silent_servers = 2;
  std::optional<Result<std::vector<std::string>>> result;
  resolver.Resolve("api.example.com", [&](auto addresses) { result = addresses; });
  dialer.DeliverAll();
  EXPECT_TRUE(result->ok());
  EXPECT_EQ(dialer.queries,
            (std::vector<std::string>{"127.0.0.1:10053", "127.0.0.2:10053", "127.0.0.1:10053"}));
  dialer.silent_servers = 99;
  resolver.Resolve("other.example.com", [&](auto addresses) { result = addresses; });
  dialer.DeliverAll();
  EXPECT_EQ(result->error().code, ErrorCode::kUnavailable);
}

TEST(Resolver, RefusesWhatCanBeNoName) {
  ScriptedDialer dialer;
  ManualClock clock;
  Resolver resolver(dialer, clock, kServers, Policy(DnsPolicy::kTtl));
  for (const std::string& name : {std::string(64, 'a') + ".example.com", std::string("a..b"),
                                  std::string(), std::string("."), std::string(300, '\\')}) {
    std::optional<Result<std::vector<std::string>>> result;
    resolver.Resolve(name, [&](auto addresses) { result = addresses; });
    dialer.DeliverAll();
    ASSERT_TRUE(result.has_value()) << name;
    if (name != ".") EXPECT_EQ(result->error().code, ErrorCode::kInvalid) << name;
  }
  EXPECT_EQ(dialer.queries.size(), 1u);  // The root is a name.
}

TEST(Resolver, NamesWithoutAddress) {
  ScriptedDialer dialer;
  ManualClock clock;
  Resolver resolver(dialer, clock, kServers, Policy(DnsPolicy::kTtl));
  dialer.address_answer = "";
  for (const dns::Rcode rcode : {dns::Rcode::kNoError, dns::Rcode::kNxDomain}) {
    dialer.rcode = rcode;
    std::optional<Result<std::vector<std::string>>> result;
    resolver.Resolve("none.example.com", [&](auto addresses) { result = addresses; });
    dialer.DeliverAll();
    EXPECT_EQ(result->error().code, ErrorCode::kNotFound);
  }
}

TEST(Resolver, OneQuestionServesAllWhoWait) {
  ScriptedDialer dialer;
  ManualClock clock;
  Resolver resolver(dialer, clock, kServers, Policy(DnsPolicy::kNone));
  int answered = 0;
  for (int i = 0; i < 3; ++i) resolver.Resolve("a.example", [&](auto) { ++answered; });
  dialer.DeliverAll();
  EXPECT_EQ(answered, 3);
  EXPECT_EQ(dialer.queries.size(), 1u);
}

struct Fixture {
  explicit Fixture(ConnectionPolicy policy)
      : resolver(dialer, clock, kServers, Policy(DnsPolicy::kNone)),
        session(dialer, clock, resolver, places, policy) {}
  Exchange Send(const std::string& url = "https://api.example.com/products") {
    std::optional<Exchange> got;
    http::Request request;
    request.target = http::ParseUrl(url)->target;
    session.Send(*http::ParseUrl(url), std::move(request), Duration::Seconds(5),
                 [&](const Exchange& exchange) { got = exchange; });
    dialer.DeliverAll();
    return got.value();
  }
  ScriptedDialer dialer;
  ManualClock clock;
  Places places{{{"us-east-1", "127.0.11.1", 8080, 8443}}};
  Resolver resolver;
  HttpSession session;
};

TEST(HttpSession, MapsPortsAtARegionsAddress) {
  Fixture f(ConnectionPolicy::kPerRequest);
  const Exchange exchange = f.Send();
  EXPECT_EQ(exchange.response->status, 200);
  EXPECT_EQ(exchange.address, "127.0.11.1");
  EXPECT_EQ(f.dialer.connects[0].port, 8443);
  EXPECT_TRUE(f.dialer.connects[0].tls);
  EXPECT_EQ(f.dialer.connects[0].server_name, "api.example.com");
  EXPECT_EQ(f.dialer.served[0].request.host(), "api.example.com");
  f.Send("http://api.example.com/");
  EXPECT_EQ(f.dialer.connects[1].port, 8080);
  EXPECT_FALSE(f.dialer.connects[1].tls);
  f.dialer.address_answer = "192.0.2.7";  // Not a region of this world: AWS itself, for instance.
  f.Send();
  EXPECT_EQ(f.dialer.connects[2].port, 443);
  f.Send("https://api.example.com:9443/");
  EXPECT_EQ(f.dialer.served[3].request.host(), "api.example.com:9443");
}

TEST(HttpSession, KeepAliveStaysWithItsConnectionWhateverDnsSays) {
  Fixture f(ConnectionPolicy::kKeepAlive);
  EXPECT_FALSE(f.Send().reused);
  f.dialer.address_answer = "127.0.12.1";
  const Exchange second = f.Send();
  EXPECT_TRUE(second.reused);
  EXPECT_EQ(second.address, "127.0.11.1");
  EXPECT_EQ(f.dialer.connects.size(), 1u);
  f.clock.Advance(kMaxIdleTime + Duration::Seconds(1));  // Too old: a new one, to the new address.
  EXPECT_EQ(f.Send().address, "127.0.12.1");
  EXPECT_EQ(f.Send("https://other.example.com/").reused, false);  // Another origin.
  f.dialer.close_after_answer = true;
  f.Send();
  EXPECT_EQ(f.session.idle_connections(), 1u);  // Only the other origin's.
}

TEST(HttpSession, PerRequestOpensEachTimeAndSaysSo) {
  Fixture f(ConnectionPolicy::kPerRequest);
  f.Send();
  EXPECT_FALSE(f.Send().reused);
  EXPECT_EQ(f.dialer.connects.size(), 2u);
  EXPECT_EQ(f.dialer.served[0].request.headers.Get("Connection"), "close");
}

TEST(HttpSession, FailuresSayHowFarTheyGot) {
  Fixture f(ConnectionPolicy::kKeepAlive);
  f.dialer.refuse = true;
  EXPECT_EQ(f.Send().error.stage, Stage::kConnect);
  f.dialer.refuse = false;
  f.dialer.break_sends = true;
  const Exchange broken = f.Send();
  EXPECT_EQ(broken.error.stage, Stage::kReceive);
  EXPECT_TRUE(broken.error.timed_out);
  EXPECT_EQ(f.session.idle_connections(), 0u);
  f.dialer.silent_servers = 99;
  const Exchange unnamed = f.Send();
  EXPECT_EQ(unnamed.error.stage, Stage::kConnect);
  EXPECT_EQ(unnamed.address, "");
}

TEST(HttpSession, CallbacksFallSilentWhenItIsGone) {
  ScriptedDialer dialer;
  ManualClock clock;
  Places places;
  Resolver resolver(dialer, clock, kServers, Policy(DnsPolicy::kNone));
  bool called = false;
  {
    HttpSession session(dialer, clock, resolver, places, ConnectionPolicy::kKeepAlive);
    session.Send(*http::ParseUrl("https://a.example/"), {}, Duration::Seconds(5),
                 [&](const Exchange&) { called = true; });
  }
  dialer.DeliverAll();
  EXPECT_FALSE(called);
}

TEST(AwsClient, SignsForItsRegionAndReadsErrors) {
  ScriptedDialer dialer;
  ManualClock clock;
  const Places places({{"us-west-2", "127.0.12.1", 8080, 8443}});
  AwsClient client(dialer, clock, places, {"test", "test", "", ""}, "us-west-2");
  dialer.response.body = R"({"Count":0})";
  std::optional<Result<json::Value, CallError>> got;
  const auto call = [&] {
    client.DynamoDb("Scan", json::Object{{"TableName", "t"}}, Duration::Seconds(5),
                    [&](auto answer) { got = std::move(answer); });
    dialer.DeliverAll();
  };
  call();
  ASSERT_TRUE(got->ok());
  EXPECT_TRUE(dialer.queries.empty());  // Its address is known.
  const http::Request& sent = dialer.served[0].request;
  EXPECT_EQ(sent.host(), "dynamodb.us-west-2.amazonaws.com");
  EXPECT_EQ(sent.headers.Get("X-Amz-Target"), "DynamoDB_20120810.Scan");
  EXPECT_NE(sent.headers.Get("Authorization").find("us-west-2/dynamodb/aws4_request"),
            std::string::npos);
  dialer.response = {400, {}, R"({"__type":"com.x#ResourceNotFoundException","message":"gone"})"};
  call();
  EXPECT_EQ(got->error().type, "ResourceNotFoundException");
  EXPECT_EQ(got->error().message, "gone");
  dialer.response = {503, {}, "<html>"};
  call();
  EXPECT_EQ(got->error().message, "HTTP status 503");
  dialer.response = {200, {}, "<html>"};
  call();
  EXPECT_EQ(got->error().status, 200);
  dialer.break_sends = true;
  call();
  EXPECT_EQ(got->error().status, 0);
}

}  // namespace
}  // namespace lifeboat::client
