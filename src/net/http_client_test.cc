// Dialer and HttpClient against our own server and against servers that misbehave.
#include "net/http_client.h"

#include <sys/socket.h>

#include "net/dialer.h"
#include "net/listener.h"
#include "net/net_test_support.h"

namespace lifeboat::net {
namespace {

using client::Stage;
using client::TransportError;

/// A server that sends `answer` to whatever comes, and then perhaps closes.
class ScriptedServer {
 public:
  ScriptedServer(EventLoop& loop, std::string answer, bool close_after) {
    auto opened = Listener::Open(loop, {"127.0.0.1", 0}, [=, this, &loop](int fd, std::string) {
      ++accepted;
      auto stream = std::make_shared<Stream>(loop, fd);
      streams_.push_back(stream);
      stream->AwaitRead([this, stream = stream.get(), answer, close_after] {
        char buffer[4096];
        stream->Read(buffer, sizeof buffer);
        ++received;
        const iovec part{const_cast<char*>(answer.data()), answer.size()};
        if (!answer.empty()) stream->Write({&part, 1});
        if (close_after) stream->Close();
      });
    });
    listener_ = std::move(*opened);
  }
  uint16_t port() const { return listener_->port(); }
  void CloseAll() { streams_.clear(); }

  int accepted = 0;
  int received = 0;

 private:
  std::unique_ptr<Listener> listener_;
  std::vector<std::shared_ptr<Stream>> streams_;
};

class HttpClientTest : public testing::Test {
 protected:
  HttpClientTest() : dialer(std::move(*Dialer::New(loop, ""))), client(loop, *dialer) {}

  static client::Endpoint At(uint16_t port) { return {.address = "127.0.0.1", .port = port}; }

  Result<http::Response> Call(uint16_t port, http::Request request = {},
                              Duration timeout = kTestLimit) {
    std::optional<Result<http::Response>> outcome;
    client.Call(At(port), std::move(request), timeout, [&](auto answer) { outcome = answer; });
    EXPECT_FALSE(outcome.has_value()) << "inside the call";
    EXPECT_TRUE(loop.RunUntil([&] { return outcome.has_value(); }, kTestLimit));
    return outcome ? *outcome : Error{ErrorCode::kCancelled, "test timed out"};
  }

  void StartEcho() {
    HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.handler = [this](http::Request request, http::Reply reply) {
      peers.push_back(std::string(request.host()));
      reply({.status = 201, .headers = {{"X-Method", request.method}}, .body = request.body});
    };
    server = std::move(*HttpServer::Start(loop, std::move(options)));
  }

  EventLoop loop;
  std::unique_ptr<Dialer> dialer;
  HttpClient client;
  std::unique_ptr<HttpServer> server;
  std::vector<std::string> peers;
};

TEST_F(HttpClientTest, CallsAndKeepsTheConnection) {
  StartEcho();
  for (int i = 0; i < 3; ++i) {
    const auto answer = Call(server->port(), {.method = "POST", .body = std::string(200'000, 'x')});
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->headers.Get("x-method"), "POST");
    EXPECT_EQ(answer->body.size(), 200'000u);
    EXPECT_EQ(server->connection_count(), 1u);
  }
  EXPECT_EQ(peers[0], "127.0.0.1:" + std::to_string(server->port()));
}

TEST_F(HttpClientTest, ManyAtOnceGetAConnectionEach) {
  StartEcho();
  int answers = 0;
  for (int i = 0; i < 50; ++i) {
    client.Call(At(server->port()), {}, kTestLimit, [&](auto answer) { answers += answer.ok(); });
  }
  RUN_UNTIL(loop, answers == 50);
  RUN_UNTIL(loop, server->connection_count() == HttpClientLimits().idle_connections);
}

TEST_F(HttpClientTest, HeadAndNoContentHaveNoBody) {
  ScriptedServer head(loop, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", false);
  EXPECT_EQ(Call(head.port(), {.method = "HEAD"})->body, "");
  ScriptedServer none(loop, "HTTP/1.1 204 No Content\r\n\r\n", false);
  EXPECT_EQ(Call(none.port())->status, 204);
}

TEST_F(HttpClientTest, SkipsInterimAnswersAndReadsToTheEnd) {
  ScriptedServer server(loop, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nall of it",
                        true);
  EXPECT_EQ(Call(server.port())->body, "all of it");
}

TEST_F(HttpClientTest, NothingListensIsUnavailable) {
  StartEcho();
  const uint16_t port = server->port();
  server.reset();
  const auto answer = Call(port);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
}

TEST_F(HttpClientTest, AnAddressThatIsNoneIsUnavailable) {
  std::optional<ErrorCode> code;
  client.Call({.address = "localhost", .port = 1}, {}, kTestLimit,
              [&](auto answer) { code = answer.error().code; });
  RUN_UNTIL(loop, code.has_value());
  EXPECT_EQ(*code, ErrorCode::kUnavailable);
}

TEST_F(HttpClientTest, SilenceAfterSendingIsUnknown) {
  ScriptedServer silent(loop, "", false);
  const auto answer = Call(silent.port(), {}, Duration::Millis(50));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnknownOutcome);
  EXPECT_EQ(silent.received, 1);
}

TEST_F(HttpClientTest, BrokenAnswersAreUnknown) {
  for (const std::string text :
       {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "HTTP/1.1 2", "SSH-2.0-x\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"}) {
    ScriptedServer broken(loop, text, true);
    const auto answer = Call(broken.port());
    ASSERT_FALSE(answer.ok()) << text;
    EXPECT_EQ(answer.error().code, ErrorCode::kUnknownOutcome) << text;
  }
}

TEST_F(HttpClientTest, AConnectionThatEndedWhileIdleIsNotUsed) {
  ScriptedServer server(loop, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false);
  EXPECT_TRUE(Call(server.port()).ok());
  server.CloseAll();
  bool turned = false;
  loop.After(Duration::Millis(5), [&] { turned = true; });
  RUN_UNTIL(loop, turned);
  EXPECT_TRUE(Call(server.port()).ok());
  EXPECT_EQ(server.accepted, 2);
}

TEST_F(HttpClientTest, ARequestThatClosesSharesItsConnectionWithNoOther) {
  ScriptedServer holds(loop, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false);
  const http::Request alone{.headers = {{"Connection", "close"}}};
  ASSERT_TRUE(Call(holds.port()).ok());
  ASSERT_TRUE(Call(holds.port(), alone).ok());
  EXPECT_EQ(holds.accepted, 2);
  ASSERT_TRUE(Call(holds.port()).ok());
  EXPECT_EQ(holds.accepted, 3) << "neither the one before nor the one that was alone";
}

TEST_F(HttpClientTest, RequestsBeyondTheLimitAreRefused) {
  ScriptedServer silent(loop, "", false);
  HttpClient small(loop, *dialer, {.requests = 1});
  std::optional<ErrorCode> code;
  small.Call(At(silent.port()), {}, kTestLimit, [&](auto) { FAIL(); });
  small.Call(At(silent.port()), {}, kTestLimit, [&](auto answer) { code = answer.error().code; });
  RUN_UNTIL(loop, code.has_value());
  EXPECT_EQ(*code, ErrorCode::kUnavailable);
}

class DialerTest : public HttpClientTest {
 protected:
  std::unique_ptr<client::Connection> Connect(uint16_t port) {
    std::unique_ptr<client::Connection> connection;
    dialer->Connect(At(port), kTestLimit, [&](auto connected) {
      ASSERT_TRUE(connected.ok());
      connection = std::move(*connected);
    });
    EXPECT_TRUE(loop.RunUntil([&] { return connection != nullptr; }, kTestLimit));
    return connection;
  }

  TransportError Fail(client::Connection& connection, Duration timeout) {
    std::optional<TransportError> error;
    connection.Send({}, timeout, [&](auto answer) { error = answer.error(); });
    EXPECT_TRUE(loop.RunUntil([&] { return error.has_value(); }, kTestLimit));
    return *error;
  }
};

TEST_F(DialerTest, TellsHowFarAnAttemptGot) {
  ScriptedServer silent(loop, "", false);
  const auto connection = Connect(silent.port());
  EXPECT_TRUE(connection->open());
  const TransportError late = Fail(*connection, Duration::Millis(20));
  EXPECT_EQ(late.stage, Stage::kReceive);
  EXPECT_TRUE(late.timed_out);
  EXPECT_FALSE(connection->open());
  EXPECT_EQ(Fail(*connection, kTestLimit).stage, Stage::kSend);

  ScriptedServer cut(loop, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true);
  const TransportError middle = Fail(*Connect(cut.port()), kTestLimit);
  EXPECT_EQ(middle.stage, Stage::kReceive);
  EXPECT_FALSE(middle.timed_out);
}

TEST_F(DialerTest, ConnectionCloseClosesIt) {
  StartEcho();
  const auto connection = Connect(server->port());
  std::optional<int> status;
  connection->Send({.headers = {{"Connection", "close"}}}, kTestLimit,
                   [&](auto answer) { status = answer->status; });
  RUN_UNTIL(loop, status.has_value());
  EXPECT_FALSE(connection->open());
}

TEST_F(DialerTest, DroppingAConnectionGivesItsRequestUp) {
  ScriptedServer silent(loop, "", false);
  auto connection = Connect(silent.port());
  connection->Send({}, Duration::Millis(1), [](auto) { FAIL(); });
  connection.reset();
  bool turned = false;
  loop.After(Duration::Millis(5), [&] { turned = true; });
  RUN_UNTIL(loop, turned);
}

TEST_F(DialerTest, TlsWithoutACaFails) {
  std::optional<TransportError> error;
  dialer->Connect({.address = "127.0.0.1", .port = 1, .tls = true}, kTestLimit,
                  [&](auto connected) { error = connected.error(); });
  RUN_UNTIL(loop, error.has_value());
  EXPECT_EQ(error->stage, Stage::kTls);
  EXPECT_FALSE(Dialer::New(loop, "no PEM").ok());
}

TEST_F(DialerTest, QueriesOverUdp) {
  const int fd = *BindUdp({"127.0.0.1", 0});
  Descriptor server(loop, fd);
  const uint16_t port = LocalPort(fd);
  std::optional<Result<std::string>> answer;
  dialer->Query("127.0.0.1", port, "idquestion", kTestLimit, [&](auto a) { answer = a; });
  server.AwaitReadable([&] {
    char buffer[512];
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const ssize_t bytes =
        recvfrom(fd, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size);
    EXPECT_EQ(std::string(buffer, static_cast<size_t>(bytes)), "idquestion");
    // A stray answer to another question comes first.
    for (const std::string_view text : {"xxstray", "idanswer"}) {
      sendto(fd, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
  });
  RUN_UNTIL(loop, answer.has_value());
  EXPECT_EQ(**answer, "idanswer");

  answer.reset();
  dialer->Query("127.0.0.1", port, "idlost", Duration::Millis(10), [&](auto a) { answer = a; });
  RUN_UNTIL(loop, answer.has_value());
  EXPECT_EQ(answer->error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace lifeboat::net
