#include "http/content_coding.h"

#include <gtest/gtest.h>

namespace lifeboat::http {
namespace {

constexpr size_t kPlenty = 1 << 20;

TEST(ContentCodingTest, DecodesWhatItEncodes) {
  const std::string texts[] = {"", "x", std::string(300'000, 'x'), "{\"a\":1}"};
  for (const ContentCoding coding :
       {ContentCoding::kIdentity, ContentCoding::kGzip, ContentCoding::kDeflate}) {
    for (const std::string& text : texts) {
      const auto decoded = Decode(coding, Encode(coding, text), kPlenty);
      ASSERT_TRUE(decoded.ok()) << Name(coding);
      EXPECT_EQ(*decoded, text);
    }
  }
  EXPECT_LT(Encode(ContentCoding::kGzip, texts[2]).size(), 3000u);
}

TEST(ContentCodingTest, DecodesSeveralGzipMembers) {
  const std::string two =
      Encode(ContentCoding::kGzip, "hello ") + Encode(ContentCoding::kGzip, "world");
  EXPECT_EQ(*Decode(ContentCoding::kGzip, two, kPlenty), "hello world");
}

TEST(ContentCodingTest, RefusesWhatIsBroken) {
  for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kDeflate}) {
    const std::string good = Encode(coding, "hello, hello, hello");
    for (size_t length = 0; length < good.size(); ++length) {
      const auto cut = Decode(coding, std::string_view(good).substr(0, length), kPlenty);
      ASSERT_FALSE(cut.ok()) << length;
      EXPECT_EQ(cut.error().code, ErrorCode::kInvalid);
    }
    EXPECT_FALSE(Decode(coding, good + "junk", kPlenty).ok());
    EXPECT_FALSE(Decode(coding, "plainly not compressed", kPlenty).ok());
  }
}

TEST(ContentCodingTest, RefusesBombs) {
  const std::string bomb = Encode(ContentCoding::kGzip, std::string(100'000, ' '));
  EXPECT_TRUE(Decode(ContentCoding::kGzip, bomb, 100'000).ok());
  EXPECT_EQ(Decode(ContentCoding::kGzip, bomb, 99'999).error().code, ErrorCode::kLimit);
  EXPECT_EQ(Decode(ContentCoding::kGzip, bomb + bomb, 150'000).error().code, ErrorCode::kLimit);
}

TEST(ContentCodingTest, FindsTheCodingOfARequest) {
  EXPECT_EQ(FindContentCoding(""), ContentCoding::kIdentity);
  EXPECT_EQ(FindContentCoding("identity"), ContentCoding::kIdentity);
  EXPECT_EQ(FindContentCoding(" GZIP "), ContentCoding::kGzip);
  EXPECT_EQ(FindContentCoding("deflate"), ContentCoding::kDeflate);
  EXPECT_EQ(FindContentCoding("br"), std::nullopt);
  EXPECT_EQ(FindContentCoding("gzip, gzip"), std::nullopt);
}

// What DynamoDB answers to each, as clients have recorded it.
TEST(ContentCodingTest, ChoosesAsDynamoDbDoes) {
  struct Case {
    std::string_view accept;
    std::string_view chosen;
  };
  constexpr Case kCases[] = {
      {"", ""},
      {"identity", ""},
      {"br", ""},
      {"x-gzip", ""},
      {"gzip", "gzip"},
      {"gzip, deflate", "gzip"},
      {"br, identity, deflate, gzip", "deflate"},
      {"GZIP, identity", "gzip"},
      {"dog, gzip ,, cat", "gzip"},
      {"gzip;q=0.8, deflate;q=0.5", "gzip"},
      {"br, gzip;q=0, deflate; q = 0.5 , identity;q=0", "deflate"},
      {"*", "gzip"},
      {"*, deflate;q=0.5", "gzip"},
      {"*, deflate", "deflate"},
      {"*, identity", "gzip"},
      {"*, gzip;q=0.5", "deflate"},
      {"gzip ;q=0", ""},
      {"identity;q=0", ""},
      {"*;q=0", ""},
      {"*;q=0.5,identity", "gzip"},
      {"gzip;q=0.5,identity;q=0.8", "gzip"},
      {"br;q=0.8,identity;q=0.5,*;q=0", ""},
      {"\"gzip\"", ""},
      {"gzip br", ""},
      {"gzip:q=1", ""},
      {"deflate;q=0.5, gzip;q=31", "gzip"},
      {"gzip;q=31,deflate;q=51", "gzip"},
      {"deflate;q=0.5, gzip;q=0.2", "deflate"},
      {"deflate;q=0.5, gzip;q=1;q=0.2", "gzip"},
      {"deflate;q=0.5,gzip;q=0.", "deflate"},
      {"deflate;q=0.5,gzip;q=0.x", "gzip"},
      {"deflate;q=-0.5,gzip;q=0.2", "gzip"},
      {"gzip;nq=1;q=0 ", ""},
      {"gzip;q=0, gzip;q=1, gzip;q=0", "gzip"},
      {"br,identity;q=0.5,gzip;q=0.0001", "gzip"},
  };
  for (const Case& each : kCases) {
    EXPECT_EQ(Name(ChooseCoding(each.accept)), each.chosen) << each.accept;
  }
}

}  // namespace
}  // namespace lifeboat::http
