// A name server on real sockets, beside a control plane that only says that there is nothing yet.
#include "net/name_server_host.h"

#include "dns/message.h"
#include "net/files.h"
#include "net/http_server.h"
#include "net/net_test_support.h"
#include "net/temporary_folder.h"

namespace lifeboat::net {
namespace {

class NameServerHostTest : public testing::Test {
 protected:
  NameServerHostTest() {
    HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.handler = [this](http::Request request, http::Reply reply) {
      asked.push_back(request.target);
      reply({.status = 503});
    };
    control = std::move(*HttpServer::Start(loop, std::move(options)));
  }

  Result<std::unique_ptr<NameServerHost>> Start(uint16_t dns_port = 0) {
    nameserver::Config config;
    config.regions = {{"us-east-1", "127.0.0.1"}};
    return NameServerHost::Start(loop, config,
                                 {.dns = {"127.0.0.1", dns_port},
                                  .folder = folder.path() + "/nameserver",
                                  .regions = {{"us-east-1", {"127.0.0.1", control->port(), 0}}}});
  }

  TemporaryFolder folder;
  EventLoop loop;
  std::vector<std::string> asked;
  std::unique_ptr<HttpServer> control;
};

TEST_F(NameServerHostTest, AnswersAndAsksTheControlPlane) {
  auto host = Start();
  ASSERT_TRUE(host.ok()) << host.error().message;
  const auto dialer = std::move(*Dialer::New(loop, ""));
  const dns::Name name = dns::Name::Parse("dynamodb.us-east-1.amazonaws.com").value();
  std::optional<Result<std::string>> answer;
  dialer->Query("127.0.0.1", (*host)->dns_port(), dns::MakeQuery(7, name, dns::Type::kA),
                kTestLimit, [&](auto a) { answer = a; });
  RUN_UNTIL(loop, answer.has_value());
  ASSERT_TRUE(answer->ok());
  const auto parsed = dns::ParseAnswer(**answer, 7, name, dns::Type::kA);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->Addresses(), std::vector<std::string>{"127.0.0.1"});
  RUN_UNTIL(loop, asked.size() >= 2);  // The second time after a pause.
}

TEST_F(NameServerHostTest, ATakenPortAndAnUnreadableDocumentAreErrors) {
  auto host = Start();
  ASSERT_TRUE(host.ok());
  EXPECT_EQ(Start((*host)->dns_port()).error().code, ErrorCode::kUnavailable);
  ASSERT_TRUE(MakeFolders(folder.path() + "/nameserver/zones").ok());
  EXPECT_EQ(Start().error().code, ErrorCode::kIo);
}

TEST(FileWriter, WritesInOrderAndReportsErrors) {
  const TemporaryFolder folder;
  EventLoop loop;
  std::string done;
  {
    FileWriter writer(loop);
    const std::string path = folder.path() + "/a";
    const auto write = [](std::string to, std::string bytes) {
      return [=] { return WriteFileAtomically(to, bytes); };
    };
    writer.Write(write(path, "1"), [&](Status status) { done += status.ok() ? "1" : "!"; });
    writer.Write(write(path, "2"), [&](Status status) { done += status.ok() ? "2" : "!"; });
    writer.Write(write(path + "/below", "3"),
                 [&](Status status) { done += status.ok() ? "3" : "!"; });
  }
  EXPECT_EQ(done, "");
  RUN_UNTIL(loop, done == "12!");
  EXPECT_EQ(*ReadFile(folder.path() + "/a", 10), "2");
}

}  // namespace
}  // namespace lifeboat::net
