// The encodings and times that stand in formats and protocols: known values and round trips.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/prng.h"
#include "base/time.h"

namespace lifeboat {
namespace {

TEST(TimeTest, FormatsKnownInstant) {
  const WallTime t =
      WallTime::FromMillis(1'440'938'160'123);  // 2015-08-30T12:36:00.123Z, a Sunday.
  EXPECT_EQ(FormatIso8601(t), "2015-08-30T12:36:00Z");
  EXPECT_EQ(FormatIso8601Millis(t), "2015-08-30T12:36:00.123Z");
  EXPECT_EQ(FormatIso8601Basic(t), "20150830T123600Z");
  EXPECT_EQ(FormatHttpDate(t), "Sun, 30 Aug 2015 12:36:00 GMT");
  EXPECT_EQ(ParseIso8601Basic("20150830T123600Z")->millis(), 1'440'938'160'000);
  EXPECT_EQ(ParseIso8601("2015-08-30T12:36:00.123Z")->millis(), 1'440'938'160'123);
}

TEST(TimeTest, RefusesMalformedTimes) {
  for (const char* text :
       {"", "20150830", "20151330T123600Z", "20150830T123600", "x0150830T123600Z"}) {
    EXPECT_FALSE(ParseIso8601Basic(text).ok()) << text;
  }
}

RC_GTEST_PROP(TimeTest, CivilTimeRoundTrips, ()) {
  const WallTime t =
      WallTime::FromMillis(*rc::gen::inRange<int64_t>(-1'000'000'000'000, 9'000'000'000'000));
  RC_ASSERT(FromCivil(ToCivil(t)) == t);
}

TEST(TimeTest, DurationsNeedAUnit) {
  EXPECT_EQ(ParseDuration("90s")->ns, Duration::Seconds(90).ns);
  EXPECT_EQ(ParseDuration("1.5s")->ns, Duration::Millis(1500).ns);
  EXPECT_EQ(ParseDuration("15m")->ns, Duration::Minutes(15).ns);
  for (const char* text : {"", "5", "s", "-1s", "5 s", "5weeks", "1e30h", "nans"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
  for (const char* text : {"90s", "1.5s", "15m", "3h", "100ms", "0s"}) {
    EXPECT_EQ(ParseDuration(FormatDuration(*ParseDuration(text)))->ns, ParseDuration(text)->ns);
  }
}

RC_GTEST_PROP(BytesTest, EncodingsRoundTrip, (const std::string& bytes)) {
  RC_ASSERT(*HexDecode(HexEncode(bytes)) == bytes);
  RC_ASSERT(*Base64Decode(Base64Encode(bytes)) == bytes);
  RC_ASSERT(PercentDecode(PercentEncode(bytes)) == bytes);
}

TEST(BytesTest, Base64IsStrict) {
  for (const char* text : {"A", "AA", "AAA", "A===", "AA=A", "AB==", "AAB=", "AA A", "=AAA"}) {
    EXPECT_FALSE(Base64Decode(text).has_value()) << text;
  }
  EXPECT_EQ(*Base64Decode(""), "");
}

RC_GTEST_PROP(BytesTest, ReaderReadsWhatWasWritten,
              (uint16_t a, uint64_t b, const std::string& c)) {
  std::string out;
  AppendU16(out, a);
  AppendVarint(out, b);
  AppendBlob(out, c);
  AppendU64(out, b);
  ByteReader reader(out);
  RC_ASSERT(reader.U16() == a);
  RC_ASSERT(reader.Varint() == b);
  RC_ASSERT(reader.Blob() == c);
  RC_ASSERT(reader.U64() == b);
  RC_ASSERT(reader.done());
  ByteReader shorter(std::string_view(out).substr(0, out.size() - 1));
  shorter.U16();
  shorter.Varint();
  shorter.Blob();
  shorter.U64();
  RC_ASSERT(!shorter.ok());
}

TEST(BytesTest, ToUtf8ReplacesWhatIsMalformed) {
  EXPECT_EQ(ToUtf8("aé€😀"), "aé€😀");
  EXPECT_EQ(ToUtf8("\x80\xc0\xaf\xf5"), "\ufffd\ufffd\ufffd\ufffd");
  EXPECT_EQ(ToUtf8("x\xf0\x9f\x98"), "x\ufffd");  // Cut off: one character is missing.
  EXPECT_EQ(ToUtf8("\xf0\x9f\x98z"), "\ufffdz");
  EXPECT_EQ(ToUtf8("\xe0\x80\x80"), "\ufffd\ufffd\ufffd");  // Overlong.
  for (const char* text : {"\xff", "\xf4\x90\x80\x80", "\xed\xbf\xbf"}) {
    EXPECT_FALSE(IsUtf8(text));
    EXPECT_TRUE(IsUtf8(ToUtf8(text)));
  }
}

TEST(BytesTest, Utf8) {
  EXPECT_TRUE(IsUtf8("aé€😀"));
  for (const char* text :
       {"\x80", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(IsUtf8(text)) << HexEncode(text);
  }
}

TEST(DigestTest, KnownValues) {
  EXPECT_EQ(HexEncode(Sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexEncode(Md5("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(Crc32("<UnknownOperationException/>\n"), 3552371480u);
}

TEST(PrngTest, SameSeedSameDraws) {
  Prng a(7), b(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.Next(), b.Next());
  for (int i = 0; i < 1000; ++i) EXPECT_LT(a.Below(10), 10u);
  EXPECT_EQ(NewUuid(a).size(), 36u);
}

}  // namespace
}  // namespace lifeboat
