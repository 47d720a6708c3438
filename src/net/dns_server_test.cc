#include "net/dns_server.h"

#include "base/bytes.h"
#include "net/dialer.h"
#include "net/net_test_support.h"

namespace lifeboat::net {
namespace {

class DnsServerTest : public testing::Test {
 protected:
  void Start(DnsLimits limits = {}) {
    auto started = DnsServer::Start(
        loop, {"127.0.0.1", 0},
        [](std::string_view packet, bool tcp, std::string& answer) {
          EXPECT_EQ(answer, "");
          if (packet.size() < 2) return;
          answer = packet;
          answer += packet.substr(2) == "big" ? std::string(60'000, 'b') : tcp ? "/tcp" : "/udp";
        },
        limits);
    ASSERT_TRUE(started.ok()) << started.error().message;
    server = std::move(*started);
  }

  static std::string Framed(std::string_view message) {
    std::string framed;
    AppendU16(framed, static_cast<uint16_t>(message.size()));
    return framed.append(message);
  }

  EventLoop loop;
  std::unique_ptr<Dialer> dialer = std::move(*Dialer::New(loop, ""));
  std::unique_ptr<DnsServer> server;
};

TEST_F(DnsServerTest, AnswersManyOverUdp) {
  Start();
  int answers = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string query = fmt::format("{:02}query {}", i % 100, i);
    dialer->Query("127.0.0.1", server->port(), query, kTestLimit, [&answers, query](auto answer) {
      ASSERT_TRUE(answer.ok());
      EXPECT_EQ(*answer, query + "/udp");
      ++answers;
    });
  }
  RUN_UNTIL(loop, answers == 200);
}

TEST_F(DnsServerTest, SilenceOverUdpIsPossible) {
  Start();
  std::optional<ErrorCode> code;
  dialer->Query("127.0.0.1", server->port(), "x", Duration::Millis(10),
                [&](auto answer) { code = answer.error().code; });
  RUN_UNTIL(loop, code.has_value());
  EXPECT_EQ(*code, ErrorCode::kUnavailable);
}

TEST_F(DnsServerTest, AnswersPipelinedAndSplitMessagesOverTcp) {
  Start();
  RawClient client(loop, server->port());
  const std::string both = Framed("idone") + Framed("idtwo");
  client.Send(both.substr(0, 1));
  bool turned = false;
  loop.Post([&] { turned = true; });
  RUN_UNTIL(loop, turned);
  client.Send(both.substr(1));
  RUN_UNTIL(loop, client.received == Framed("idone/tcp") + Framed("idtwo/tcp"));
  EXPECT_FALSE(client.ended);
}

TEST_F(DnsServerTest, EndsTcpConnectionsThatAreIdleOrGetNoAnswer) {
  Start({.tcp_idle_timeout = Duration::Millis(30)});
  RawClient idle(loop, server->port());
  RawClient wrong(loop, server->port());
  wrong.Send(Framed("x"));
  RawClient part(loop, server->port());
  part.Send("\x01");
  RUN_UNTIL(loop, idle.ended && wrong.ended && part.ended);
}

TEST_F(DnsServerTest, LimitsTcpConnectionsAndUntakenAnswers) {
  Start({.tcp_connections = 1, .tcp_output_bytes = 100'000});
  RawClient first(loop, server->port());
  first.Send(Framed("id"));
  RUN_UNTIL(loop, !first.received.empty());
  RawClient second(loop, server->port());
  RUN_UNTIL(loop, second.ended);
  first.StopReading();
  std::string many;
  for (int i = 0; i < 2000; ++i) many += Framed("idbig");
  first.Send(many);
  // Once it is closed another one has room.
  bool answered = false;
  while (!answered) {
    RawClient third(loop, server->port());
    third.Send(Framed("id"));
    RUN_UNTIL(loop, third.ended || !third.received.empty());
    answered = !third.received.empty();
  }
}

TEST_F(DnsServerTest, APortInUseIsAnError) {
  Start();
  const auto second = DnsServer::Start(loop, {"127.0.0.1", server->port()}, nullptr);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace lifeboat::net
