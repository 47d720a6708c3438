// world.json and credentials files: round trips and refusals that say where.
#include "world/config.h"

#include <gtest/gtest.h>

namespace lifeboat::world {
namespace {

TEST(ConfigTest, RoundTrips) {
  auto config = MakeConfig({"us-east-1", "us-west-2"});
  ASSERT_TRUE(config.ok());
  config->regions[1].founded = true;
  config->nameserver_founded = true;
  EXPECT_EQ(config->Find("us-west-2")->address, "127.0.12.1");
  const auto back = ParseConfig(json::WritePretty(ToJson(*config)), "world.json");
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(ToJson(*back), ToJson(*config));
  EXPECT_FALSE(back->regions[0].founded);
  EXPECT_TRUE(back->regions[1].founded);
  EXPECT_TRUE(back->nameserver_founded);
  EXPECT_EQ(back->GlobalControlPlane(), "us-east-1");
  EXPECT_EQ(MakeConfig({"eu-west-1"})->GlobalControlPlane(), "");
}

TEST(ConfigTest, RefusesWrongRegions) {
  EXPECT_FALSE(MakeConfig({}).ok());
  EXPECT_FALSE(MakeConfig({"us-east-9"}).ok());
  EXPECT_FALSE(MakeConfig({"us-east-1", "us-east-1"}).ok());
  for (const char* text :
       {"", "{}", R"({"format_version":2})", R"({"format_version":1,"regions":[]})"}) {
    const auto config = ParseConfig(text, "w.json");
    ASSERT_FALSE(config.ok()) << text;
    EXPECT_TRUE(config.error().message.starts_with("w.json: ")) << config.error().message;
  }
}

/// A world of two regions in two lines of JSON each, with `from` replaced by `to`.
std::string Refusal(const std::string& from, const std::string& to) {
  const auto config = MakeConfig({"us-east-1", "us-west-2"});
  std::string text = json::WritePretty(ToJson(*config));
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const auto read = ParseConfig(text, "w.json");
  return read.ok() ? "taken" : read.error().message;
}

TEST(ConfigTest, RefusesWhatCannotBeServed) {
  EXPECT_EQ(Refusal("us-west-2", "us-east-1"),
            "w.json:13: region 'us-east-1' stands twice; remove one");
  EXPECT_EQ(Refusal("127.0.12.1", "127.0.11.1"),
            "w.json:14: us-east-1 and us-west-2 have the same address 127.0.11.1; give each its "
            "own");
  EXPECT_EQ(Refusal("127.0.11.1", "here"),
            "w.json: address 'here' is no IPv4 address; write for instance 127.0.11.1");
  EXPECT_EQ(Refusal("\"keys\": [",
                    "\"keys\": [{\"access_key_id\": \"test\", "
                    "\"secret_access_key\": \"x\"},"),
            "w.json: key 'test' stands twice; remove one");
  EXPECT_EQ(Refusal("\"access_key_id\": \"test\"", "\"access_key_id\": \"\""),
            "w.json: a key needs access_key_id and secret_access_key");
  EXPECT_EQ(Refusal("\"today\"", "\"tomorrow\""),
            "w.json: era 'tomorrow' is neither today nor lab");
  EXPECT_EQ(Refusal("4566", "1e300"), "w.json: port is not a port number");
  EXPECT_EQ(Refusal("\"format_version\": 1", "\"format_version\": 1e300"),
            "w.json: format_version 1 is what this program reads");
}

TEST(ConfigTest, RefusesKeysThatStandTwice) {
  const auto refusal = [](std::string_view text) {
    const auto keys = ParseCredentialsFile(text, "c");
    return keys.ok() ? "taken" : keys.error().message;
  };
  constexpr std::string_view kA = "[a]\naws_access_key_id=AK\naws_secret_access_key=SK\n";
  EXPECT_EQ(refusal(kA), "taken");
  EXPECT_EQ(refusal(std::string(kA) + "[b]\naws_access_key_id=AK\naws_secret_access_key=S\n"),
            "c:5: key 'AK' stands twice, first in line 2; remove one");
  EXPECT_EQ(refusal(std::string(kA) + "\n[a]\n"),
            "c:5: section [a] stands twice, first in line 1; remove one");
  EXPECT_EQ(refusal("[a]\naws_access_key_id=A\naws_access_key_id=B\n"),
            "c:3: section [a] has aws_access_key_id twice; remove one");
  EXPECT_EQ(refusal("[a]\naws_secret_access_key=A\naws_secret_access_key=A\n"),
            "c:3: section [a] has aws_secret_access_key twice; remove one");
  EXPECT_EQ(refusal("[a]\naws_access_key_id=test\naws_secret_access_key=x\n"),
            "c:2: every world has the key 'test' already; write another");
  EXPECT_EQ(refusal("[]\n"), "c:1: a section needs a name: [name]");
}

TEST(ConfigTest, ReadsCredentialsFiles) {
  const auto keys = ParseCredentialsFile(
      "# two\n[a]\naws_access_key_id = AK\naws_secret_access_key=SK\n\n[b]\n"
      "aws_access_key_id=A2\nregion = x\naws_secret_access_key = S=2\n",
      "c");
  ASSERT_TRUE(keys.ok());
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ((*keys)[0].arn, "arn:aws:iam::000000000000:user/a");
  EXPECT_EQ((*keys)[1].secret_access_key, "S=2");
  EXPECT_EQ(ParseCredentialsFile("x=1\n", "c").error().message,
            "c:1: 'x=1' is neither [name] nor, below one, key = value");
  EXPECT_EQ(ParseCredentialsFile("[a]\naws_access_key_id=x\n", "c").error().message,
            "c:3: section [a] needs aws_access_key_id and aws_secret_access_key");
  EXPECT_FALSE(ParseCredentialsFile("", "c").ok());
}

}  // namespace
}  // namespace lifeboat::world
