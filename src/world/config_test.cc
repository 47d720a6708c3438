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
