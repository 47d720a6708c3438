// HttpServer over real sockets, with a client that sends raw bytes.
#include "net/http_server.h"

#include "net/net_test_support.h"

namespace lifeboat::net {
namespace {

/// A long body: `count` pieces of 1 MB, or one less than its length says.
class TestPieces : public http::BodyPieces {
 public:
  TestPieces(size_t count, size_t missing) : count_(count), left_(count - missing) {}
  uint64_t size() const override { return uint64_t{count_} << 20; }
  std::optional<std::string> Next() override {
    if (left_ == 0) return made == count_ ? std::optional(std::string()) : std::nullopt;
    --left_;
    ++made;
    return std::string(1 << 20, 'p');
  }

  size_t made = 0;

 private:
  const size_t count_;
  size_t left_;
};

class HttpServerTest : public testing::Test {
 protected:
  /// Echoes method, target and body; `/later` answers wait in `replies`.
  void Start(HttpServerOptions options = {}) {
    options.listen = {"127.0.0.1", 0};
    options.handler = [this](http::Request request, http::Reply reply) {
      requests.push_back(request);
      if (request.target == "/later") {
        replies.push_back(std::move(reply));
      } else if (request.target == "/drop") {
        reply({.status = kCloseWithoutAnswer});
      } else if (request.target.starts_with("/pieces")) {
        pieces = std::make_shared<TestPieces>(20, request.target == "/pieces-missing");
        reply({.pieces = pieces});
      } else if (request.target == "/big") {
        reply({.body = std::string(1 << 20, 'b')});
      } else {
        reply({.body = request.method + " " + request.target + " [" + request.body + "]"});
      }
    };
    auto started = HttpServer::Start(loop, std::move(options));
    ASSERT_TRUE(started.ok()) << started.error().message;
    server = std::move(*started);
  }

  std::unique_ptr<RawClient> Client() { return std::make_unique<RawClient>(loop, server->port()); }

  EventLoop loop;
  std::vector<http::Request> requests;
  std::vector<http::Reply> replies;
  std::shared_ptr<TestPieces> pieces;
  std::unique_ptr<HttpServer> server;
};

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  Start();
  const auto client = Client();
  client->Send(kGet);
  RUN_UNTIL(loop, client->Count("GET /a []") == 1);
  client->Send("POST /b?q=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  RUN_UNTIL(loop, client->Count("POST /b?q=1 [hello]") == 1);
  EXPECT_EQ(client->Count("HTTP/1.1 200 OK\r\n"), 2u);
  EXPECT_EQ(client->Count("Content-Length: 9\r\n"), 1u);
  EXPECT_EQ(client->Count("Date: "), 2u);
  EXPECT_EQ(client->Count("Server: Lifeboat\r\n"), 2u);
  EXPECT_EQ(client->Count("Connection:"), 0u);
  EXPECT_EQ(requests[0].peer_address, "127.0.0.1");
  EXPECT_FALSE(requests[0].tls);
  EXPECT_FALSE(client->ended);
  EXPECT_EQ(server->connection_count(), 1u);
}

TEST_F(HttpServerTest, ReadsARequestThatComesByteByByte) {
  Start();
  const auto client = Client();
  const std::string_view request =
      "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n";
  for (const char& byte : request) {
    client->Send({&byte, 1});
    // Each byte gets a turn of the loop, so that most arrive alone.
    bool turned = false;
    loop.Post([&] { turned = true; });
    RUN_UNTIL(loop, turned);
  }
  RUN_UNTIL(loop, client->Count("POST /b [abcde]") == 1);
  EXPECT_EQ(requests[0].headers.Find("Trailer"), nullptr);
  EXPECT_EQ(requests[0].trailers.Get("Trailer"), "t");
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInTheirOrder) {
  Start();
  const auto client = Client();
  client->Send(
      "GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, requests.size() == 4);
  EXPECT_EQ(client->received, "");
  replies[1]({.body = "second"});
  replies[0]({.body = "first"});
  RUN_UNTIL(loop, client->Count("GET /2") == 1);
  const std::string& all = client->received;
  EXPECT_LT(all.find("first"), all.find("GET /1"));
  EXPECT_LT(all.find("GET /1"), all.find("second"));
  EXPECT_LT(all.find("second"), all.find("GET /2"));
}

TEST_F(HttpServerTest, ReadsOnWhenPipelinedRequestsHadToWait) {
  HttpServerOptions options;
  options.limits.pipelined = 2;
  Start(std::move(options));
  const auto client = Client();
  std::string all;
  for (int i = 0; i < 5; ++i) all += "GET /later HTTP/1.1\r\nHost: x\r\n\r\n";
  client->Send(all);
  RUN_UNTIL(loop, requests.size() == 2);
  for (size_t i = 0; i < 5; ++i) {
    RUN_UNTIL(loop, replies.size() > i);
    EXPECT_LE(replies.size(), i + 2);
    replies[i]({});
  }
  RUN_UNTIL(loop, client->Count("200 OK") == 5);
}

TEST_F(HttpServerTest, ARepeatedOrLateReplyIsIgnored) {
  Start();
  auto client = Client();
  client->Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, replies.size() == 1);
  replies[0]({.body = "one"});
  replies[0]({.body = "two"});
  client->Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, replies.size() == 2);
  EXPECT_EQ(client->Count("two"), 0u);
  client.reset();
  server.reset();
  replies[1]({});
}

TEST_F(HttpServerTest, InvitesTheBodyWhenTheClientWaitsForIt) {
  Start();
  const auto client = Client();
  client->Send("PUT /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  RUN_UNTIL(loop, client->received == "HTTP/1.1 100 Continue\r\n\r\n");
  client->Send("hi");
  RUN_UNTIL(loop, client->Count("PUT /b [hi]") == 1);
}

TEST_F(HttpServerTest, RefusesOtherExpectations) {
  Start();
  const auto client = Client();
  client->Send("PUT /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: cake\r\n\r\n");
  RUN_UNTIL(loop, client->Count("HTTP/1.1 417") == 1);
}

TEST_F(HttpServerTest, HeadHasALengthAndNoBody) {
  Start();
  const auto client = Client();
  client->Send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  client->Send(kGet);
  RUN_UNTIL(loop, client->Count("GET /a []") == 1);
  EXPECT_EQ(client->Count("Content-Length: 10\r\n"), 1u);
  EXPECT_EQ(client->Count("HEAD /a"), 0u);
}

TEST_F(HttpServerTest, Http10ClosesUnlessAskedToKeep) {
  Start();
  const auto closing = Client();
  closing->Send("GET /a HTTP/1.0\r\n\r\n");
  RUN_UNTIL(loop, closing->ended);
  EXPECT_EQ(closing->Count("Connection: close\r\n"), 1u);
  const auto keeping = Client();
  keeping->Send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  RUN_UNTIL(loop, keeping->Count("GET /a []") == 1);
  EXPECT_EQ(keeping->Count("Connection: keep-alive\r\n"), 1u);
  EXPECT_FALSE(keeping->ended);
}

TEST_F(HttpServerTest, ConnectionCloseIsObeyed) {
  Start();
  const auto client = Client();
  client->Send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  client->Send(kGet);
  RUN_UNTIL(loop, client->ended);
  EXPECT_EQ(client->Count("GET /a []"), 1u);
  EXPECT_EQ(requests.size(), 1u);
}

TEST_F(HttpServerTest, AnswersAClientThatEndedItsSide) {
  Start();
  const auto client = Client();
  client->Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, replies.size() == 1);
  client->EndSending();
  bool turned = false;
  loop.After(Duration::Millis(5), [&] { turned = true; });
  RUN_UNTIL(loop, turned);
  replies[0]({.body = "late"});
  RUN_UNTIL(loop, client->ended);
  EXPECT_EQ(client->Count("late"), 1u);
}

TEST_F(HttpServerTest, CanCloseWithoutAnAnswer) {
  Start();
  const auto client = Client();
  client->Send("GET /drop HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, client->ended);
  EXPECT_EQ(client->received, "");
  EXPECT_EQ(server->connection_count(), 0u);
}

TEST_F(HttpServerTest, HandlersCannotSmuggleFields) {
  HttpServerOptions options;
  Start(std::move(options));
  const auto client = Client();
  client->Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, replies.size() == 1);
  replies[0]({.headers = {{"X", "a\r\nSet-Cookie: b"}, {"Content-Length", "999"}}, .body = "c"});
  RUN_UNTIL(loop, client->Count("\r\n\r\nc") == 1);
  EXPECT_EQ(client->Count("\r\nSet-Cookie"), 0u);
  EXPECT_EQ(client->Count("Content-Length"), 1u);
}

struct Refusal {
  std::string request;
  std::string status;
};

TEST_F(HttpServerTest, RefusesHostileRequests) {
  HttpServerOptions options;
  options.limits.header_bytes = 1024;
  options.limits.body_bytes = 100;
  Start(std::move(options));
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const std::vector<Refusal> refusals = {
      {"nonsense\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"},
      {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(2000, 'a') + "\r\n\r\n", "400"},
      {"GET /" + std::string(2000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {post + "Content-Length: 101\r\n\r\n" + std::string(101, 'a'), "413"},
      {post + "Transfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'a') + "\r\n0\r\n\r\n",
       "413"},
      {post + "Content-Length: -1\r\n\r\n", "400"},
      {post + "Content-Length: 99999999999999999999999\r\n\r\n", "400"},
      {post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\na", "400"},
      {post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501"},
      {post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
      {"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "405"},
  };
  for (const Refusal& refusal : refusals) {
    const auto client = Client();
    client->Send(refusal.request);
    RUN_UNTIL(loop, client->ended);
    EXPECT_EQ(client->received.substr(0, 12), "HTTP/1.1 " + refusal.status)
        << refusal.request.substr(0, 80);
    EXPECT_EQ(client->Count("Connection: close\r\n"), 1u);
  }
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpServerTest, SlowClientsAreEnded) {
  HttpServerOptions options;
  options.limits.header_timeout = Duration::Millis(20);
  options.limits.request_timeout = Duration::Millis(40);
  options.limits.idle_timeout = Duration::Millis(30);
  Start(std::move(options));
  const auto idle = Client();
  auto slow_header = Client();
  auto slow_body = Client();
  slow_header->Send("GET / HTTP/1.1\r\nHos");
  slow_body->Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
  RUN_UNTIL(loop, idle->ended && slow_header->ended && slow_body->ended);
  EXPECT_EQ(idle->received, "");
  EXPECT_EQ(slow_header->received.substr(0, 12), "HTTP/1.1 408");
  EXPECT_EQ(slow_body->received.substr(0, 12), "HTTP/1.1 408");
  slow_header.reset();
  slow_body.reset();
  RUN_UNTIL(loop, server->connection_count() == 0);
}

TEST_F(HttpServerTest, WaitingForAnAnswerIsNotIdle) {
  HttpServerOptions options;
  options.limits.idle_timeout = Duration::Millis(10);
  Start(std::move(options));
  const auto client = Client();
  client->Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, replies.size() == 1);
  bool turned = false;
  loop.After(Duration::Millis(40), [&] { turned = true; });
  RUN_UNTIL(loop, turned);
  EXPECT_FALSE(client->ended);
  replies[0]({.body = "late"});
  RUN_UNTIL(loop, client->Count("late") == 1);
}

TEST_F(HttpServerTest, AClientThatNeverReadsIsEnded) {
  HttpServerOptions options;
  options.limits.write_timeout = Duration::Millis(50);
  Start(std::move(options));
  const auto client = Client();
  RUN_UNTIL(loop, client->connected());
  client->StopReading();
  std::string many;
  for (int i = 0; i < 60; ++i) many += "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";
  client->Send(many);
  RUN_UNTIL(loop, !requests.empty() && server->connection_count() == 0);
  // What it did not take bounded what was made for it.
  EXPECT_LT(requests.size(), 60u);
}

TEST_F(HttpServerTest, BeyondTheLimitTheLongestIdleGivesWay) {
  HttpServerOptions options;
  options.budget = std::make_shared<HttpBudget>();
  options.budget->connections = 3;
  Start(std::move(options));
  const auto busy = Client();
  busy->Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, replies.size() == 1);
  const auto receiving = Client();
  receiving->Send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
  RUN_UNTIL(loop, server->connection_count() == 2);
  const auto idle = Client();
  RUN_UNTIL(loop, server->connection_count() == 3);
  const auto newcomer = Client();
  RUN_UNTIL(loop, idle->ended);
  newcomer->Send(kGet);
  RUN_UNTIL(loop, newcomer->Count("GET /a []") == 1);
  replies[0]({.body = "late"});
  RUN_UNTIL(loop, busy->Count("late") == 1);
  receiving->Send("llo");
  RUN_UNTIL(loop, receiving->Count("POST /b [hello]") == 1);
  EXPECT_FALSE(newcomer->ended);
}

TEST_F(HttpServerTest, WhenAllAreAtWorkTheNewcomerIsClosed) {
  HttpServerOptions options;
  options.budget = std::make_shared<HttpBudget>();
  options.budget->connections = 1;
  Start(std::move(options));
  const auto first = Client();
  first->Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, replies.size() == 1);
  const auto second = Client();
  RUN_UNTIL(loop, second->ended);
  replies[0]({.body = "late"});
  RUN_UNTIL(loop, first->Count("late") == 1);
}

TEST_F(HttpServerTest, WhatIsSentAtOnceIsBounded) {
  HttpServerOptions options;
  options.budget = std::make_shared<HttpBudget>();
  options.budget->input_bytes = 1000;
  options.on_refusal = [](http::Response& response) { response.headers.Add("X-Id", "1"); };
  const auto budget = options.budget;
  Start(std::move(options));
  const std::string head = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n";
  const auto first = Client();
  first->Send(head + std::string(800, 'a'));
  RUN_UNTIL(loop, budget->input_used == 800);
  const auto second = Client();
  second->Send(head + std::string(800, 'b'));
  RUN_UNTIL(loop, second->ended);
  EXPECT_EQ(second->received.substr(0, 12), "HTTP/1.1 503");
  EXPECT_EQ(second->Count("X-Id: 1\r\n"), 1u);
  const auto small = Client();
  small->Send(kGet);
  RUN_UNTIL(loop, small->Count("GET /a []") == 1);
  first->Send(std::string(100, 'a'));
  RUN_UNTIL(loop, first->Count("200 OK") == 1);
  EXPECT_EQ(budget->input_used, 0u);
}

TEST_F(HttpServerTest, OfClientsThatNeverReadTheLongestStalledIsCut) {
  HttpServerOptions options;
  options.budget = std::make_shared<HttpBudget>();
  options.budget->output_bytes = 12 << 20;
  options.limits.output_bytes = 10 << 20;
  const auto budget = options.budget;
  Start(std::move(options));
  std::string many;
  for (int i = 0; i < 20; ++i) many += "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto first = Client();
  RUN_UNTIL(loop, first->connected());
  first->StopReading();
  first->Send(many);
  RUN_UNTIL(loop, budget->output_used > 2 << 20);
  const auto second = Client();
  RUN_UNTIL(loop, second->connected());
  second->StopReading();
  second->Send(many);
  RUN_UNTIL(loop, server->connection_count() == 1);
  EXPECT_LE(budget->output_used, budget->output_bytes);
  EXPECT_GT(budget->output_used, 0u);
  server.reset();
  EXPECT_EQ(budget->output_used, 0u);
  EXPECT_EQ(budget->connections_used, 0u);
}

TEST_F(HttpServerTest, SendsLongAnswersWhole) {
  Start();
  const auto client = Client();
  client->Send("GET /big HTTP/1.1\r\nHost: x\r\n\r\nGET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  client->Send(kGet);
  RUN_UNTIL(loop, client->received.ends_with("GET /a []"));
  // Each of the three Server fields has one more.
  EXPECT_EQ(std::count(client->received.begin(), client->received.end(), 'b'), (2 << 20) + 3);
}

TEST_F(HttpServerTest, SendsPiecesInTheirPlace) {
  Start();
  const auto client = Client();
  client->Send(kGet);
  client->Send("GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n");
  client->Send(kGet);
  RUN_UNTIL(loop, client->Count("GET /a []") == 2);
  EXPECT_TRUE(client->received.ends_with("GET /a []"));
  EXPECT_EQ(client->Count("Content-Length: 20971520\r\n"), 1u);
  EXPECT_EQ(std::count(client->received.begin(), client->received.end(), 'p'), 20 << 20);
}

TEST_F(HttpServerTest, AfterPiecesAConnectionMayEnd) {
  Start();
  const auto client = Client();
  client->Send("GET /pieces HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  RUN_UNTIL(loop, client->ended);
  EXPECT_EQ(std::count(client->received.begin(), client->received.end(), 'p'), 20 << 20);
}

TEST_F(HttpServerTest, HeadOfPiecesMakesNone) {
  Start();
  const auto client = Client();
  client->Send("HEAD /pieces HTTP/1.1\r\nHost: x\r\n\r\n");
  client->Send(kGet);
  RUN_UNTIL(loop, client->Count("GET /a []") == 1);
  EXPECT_EQ(client->Count("Content-Length: 20971520\r\n"), 1u);
  EXPECT_EQ(pieces->made, 0u);
}

TEST_F(HttpServerTest, MissingPiecesCutTheConnection) {
  Start();
  const auto client = Client();
  client->Send("GET /pieces-missing HTTP/1.1\r\nHost: x\r\n\r\n");
  client->Send(kGet);
  RUN_UNTIL(loop, client->ended);
  EXPECT_EQ(std::count(client->received.begin(), client->received.end(), 'p'), 19 << 20);
  EXPECT_EQ(client->Count("GET /a []"), 0u);
}

TEST_F(HttpServerTest, OfPiecesOnlyWhatIsTakenIsMade) {
  HttpServerOptions options;
  options.budget = std::make_shared<HttpBudget>();
  options.limits.write_timeout = Duration::Millis(50);
  const auto budget = options.budget;
  Start(std::move(options));
  const auto client = Client();
  RUN_UNTIL(loop, client->connected());
  client->StopReading();
  client->Send("GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, budget->output_used > 0);
  EXPECT_LT(budget->output_used, 2u << 20);
  RUN_UNTIL(loop, server->connection_count() == 0);
  EXPECT_LT(pieces->made, 20u);  // The sockets' buffers took some.
}

TEST_F(HttpServerTest, APortInUseIsAnError) {
  Start();
  HttpServerOptions options;
  options.listen = {"127.0.0.1", server->port()};
  const auto second = HttpServer::Start(loop, std::move(options));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(second.error().message.find("127.0.0.1:"), std::string::npos);
  HttpServerOptions named;
  named.listen = {"localhost", 0};
  EXPECT_EQ(HttpServer::Start(loop, std::move(named)).error().code, ErrorCode::kInvalid);
}

class TunnelTest : public HttpServerTest {
 protected:
  /// An edge in front of the echo server.
  void StartEdge(TunnelDecision decision) {
    HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.handler = [](http::Request, http::Reply reply) { reply({}); };
    options.on_connect = [this, decision](std::string host, uint16_t port, auto answer) {
      asked = host + ":" + std::to_string(port);
      answer(decision);
    };
    auto started = HttpServer::Start(loop, std::move(options));
    ASSERT_TRUE(started.ok());
    edge = std::move(*started);
  }

  std::string asked;
  std::unique_ptr<HttpServer> edge;
};

constexpr std::string_view kConnect = "CONNECT Api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\r\n";

TEST_F(TunnelTest, ConnectBecomesATunnel) {
  Start();
  StartEdge({.upstream = {"127.0.0.1", server->port()}});
  RawClient client(loop, edge->port());
  client.Send(std::string(kConnect) + std::string(kGet));  // Does not wait for the 200.
  RUN_UNTIL(loop, client.Count("GET /a []") == 1);
  EXPECT_TRUE(client.received.starts_with("HTTP/1.1 200 Connection established\r\n\r\n"));
  EXPECT_EQ(asked, "api.test:443");
  client.Send("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  RUN_UNTIL(loop, client.ended);
  EXPECT_GT(client.received.size(), 1u << 20);
  client.EndSending();
  RUN_UNTIL(loop, edge->connection_count() == 0);
}

// What comes in at once may fill a whole number of the tunnel's buffers, with nothing behind it.
TEST_F(TunnelTest, ATunnelPassesOnAllThatItHasRead) {
  Start();
  StartEdge({.upstream = {"127.0.0.1", server->port()}});
  RawClient client(loop, edge->port());
  client.Send(kConnect);
  RUN_UNTIL(loop, client.Count("200 Connection established") == 1);
  const std::string head = "PUT /b HTTP/1.1\r\nHost: x\r\nContent-Length: ";
  for (const size_t kilobytes : {32, 64, 128, 256, 288, 512, 2048}) {
    const size_t before = requests.size();
    // Head and body together are as long as the round number.
    const std::string length = std::to_string((kilobytes << 10) - head.size() - 4 - 6);
    const std::string padded = std::string(6 - std::min<size_t>(6, length.size()), '0') + length;
    client.Send(head + padded + "\r\n\r\n" + std::string(std::stoul(length), 'a'));
    RUN_UNTIL(loop, requests.size() == before + 1);
  }
}

TEST_F(TunnelTest, ATunnelPassesAHalfCloseOn) {
  Start();
  StartEdge({.upstream = {"127.0.0.1", server->port()}});
  RawClient client(loop, edge->port());
  client.Send(std::string(kConnect) + "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  RUN_UNTIL(loop, replies.size() == 1);
  client.EndSending();
  replies[0]({.body = "late"});
  RUN_UNTIL(loop, client.ended);
  EXPECT_EQ(client.Count("late"), 1u);
}

TEST_F(TunnelTest, ADeadUpstreamEndsTheConnectionWithoutAnAnswer) {
  Start();
  const uint16_t dead = server->port();
  server.reset();
  StartEdge({.upstream = {"127.0.0.1", dead}});
  RawClient client(loop, edge->port());
  client.Send(kConnect);
  RUN_UNTIL(loop, client.ended);
  EXPECT_EQ(client.received, "");
}

TEST_F(TunnelTest, AForeignHostIsRefusedWithTheReason) {
  StartEdge({.refuse_status = 403, .refuse_text = "not of this world"});
  RawClient client(loop, edge->port());
  client.Send(kConnect);
  RUN_UNTIL(loop, client.ended);
  EXPECT_TRUE(client.received.starts_with("HTTP/1.1 403")) << client.received;
  EXPECT_TRUE(client.received.ends_with("\r\n\r\nForbidden: not of this world\n"))
      << client.received;
}

TEST_F(TunnelTest, WhatIsNoHostAndPortIsRefused) {
  StartEdge({.refuse_status = 403});
  for (const std::string target : {"api.test", ":443", "api.test:", "api.test:0", "a:99999"}) {
    RawClient client(loop, edge->port());
    client.Send("CONNECT " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    RUN_UNTIL(loop, client.ended);
    EXPECT_TRUE(client.received.starts_with("HTTP/1.1 400")) << target << client.received;
  }
  EXPECT_EQ(asked, "");
}

}  // namespace
}  // namespace lifeboat::net
