// When the signature is asked about, and what answers look like on the wire.
#include "dynamodb/protocol.h"

#include "base/bytes.h"
#include "dynamodb/test_world.h"
#include "http/content_coding.h"

namespace lifeboat::dynamodb {
namespace {

using http::ContentCoding;

class ProtocolTest : public ::testing::Test {
 protected:
  /// Nobody is let in.
  http::Response Refused(std::string target, std::string body, http::Headers more = {}) {
    http::Request request{"POST", "/", std::move(more), std::move(body)};
    request.headers.Add("Content-Type", "application/x-amz-json-1.0");
    request.headers.Add("X-Amz-Target", "DynamoDB_20120810." + target);
    http::Response answer;
    const auto refuse = [this](const http::Request&) -> http::AwsResult<void> {
      ++asked_;
      return http::AwsError{400, "UnrecognizedClientException", "no", ""};
    };
    world_["r"].service->Handle(request, refuse,
                                [&](http::Response response) { answer = std::move(response); });
    return answer;
  }

  testing::TestWorld world_{{"r"}};
  int asked_ = 0;
};

TEST_F(ProtocolTest, TheSignatureComesAfterJsonAndTargetAndBeforeTypes) {
  EXPECT_NE(Refused("ListTables", "{").body.find("SerializationException"), std::string::npos);
  EXPECT_NE(Refused("Nothing", "{}").body.find("UnknownOperation"), std::string::npos);
  EXPECT_EQ(asked_, 0);
  EXPECT_EQ(Refused("ListTables", R"({"Limit":"x"})").body,
            R"({"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"no"})");
  EXPECT_EQ(asked_, 1);
}

TEST_F(ProtocolTest, BombsAreRefusedBeforeAnythingIsRead) {
  const std::string bomb =
      http::Encode(ContentCoding::kGzip, std::string(kMaxRequestBytes + 1, ' '));
  EXPECT_EQ(Refused("ListTables", bomb, {{"Content-Encoding", "gzip"}}).status, 413);
  EXPECT_EQ(Refused("ListTables", bomb, {{"Content-Encoding", "deflate"}}).status, 500);
  EXPECT_EQ(Refused("ListTables", "{}", {{"Content-Encoding", "br"}}).status, 500);
  EXPECT_EQ(asked_, 0);
}

TEST_F(ProtocolTest, TheChecksumIsThatOfTheBytesSent) {
  http::Request request{"POST", "/", {}, "{"};
  request.headers = {{"Accept-Encoding", "gzip"}, {"Content-Type", "application/json"}};
  http::Response answer;
  world_["r"].service->Handle(request, [&](http::Response r) { answer = std::move(r); });
  EXPECT_EQ(answer.headers.Find("Content-Encoding"), nullptr) << "it is short";
  EXPECT_EQ(answer.headers.Get("x-amz-crc32"), std::to_string(Crc32(answer.body)));
}

}  // namespace
}  // namespace lifeboat::dynamodb
