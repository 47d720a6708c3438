// Record data and addresses: tables of texts, and round trips.
#include "dns/rdata.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.h"
#include "dns/address.h"

namespace lifeboat::dns {
namespace {

struct Sample {
  Type type;
  std::string text;
  std::string hex;
};

const Sample kSamples[] = {
    {Type::kA, "192.0.2.1", "c0000201"},
    {Type::kAaaa, "2001:db8::1", "20010db8000000000000000000000001"},
    {Type::kCname, "b.c.", "0162016300"},
    {Type::kNs, "b.c.", "0162016300"},
    {Type::kPtr, "b.c.", "0162016300"},
    {Type::kMx, "10 b.c.", "000a0162016300"},
    {Type::kSrv, "1 2 3 b.c.", "0001000200030162016300"},
    {Type::kTxt, "\"ab\" \"c\"", "0261620163"},
    {Type::kTxt, "\"\"", "00"},
    {Type::kTxt, "\"\\\"\\\\\\001\"", "03225c01"},
    {Type::kSoa, "a. b. 1 7200 900 1209600 86400",
     "0161000162000000000100001c2000000384001275000"
     "0015180"},
    {Type::kCaa, "0 issue \"amazon.com\"", "00056973737565616d617a6f6e2e636f6d"},
    {Type::kDs, "1 8 2 abcd", "00010802abcd"},
    {Type::kNaptr, "1 2 \"u\" \"s\" \"!x!\" .",
     "000100020175017303217821"
     "00"},
};

TEST(RdataTest, TextToWireToText) {
  for (const Sample& sample : kSamples) {
    const Result<std::string> wire = ParseRdata(sample.type, sample.text);
    ASSERT_TRUE(wire.ok()) << sample.text << ": " << wire.error().message;
    EXPECT_EQ(HexEncode(*wire), sample.hex) << sample.text;
    EXPECT_EQ(RdataToText(sample.type, *wire), sample.text);
    EXPECT_EQ(ReadRdata(sample.type, *wire, 0, wire->size()).value(), *wire) << sample.text;
  }
}

TEST(RdataTest, RefusesBadText) {
  const std::pair<Type, std::string> bad[] = {
      {Type::kA, "256.0.0.1"},
      {Type::kA, "1.2.3"},
      {Type::kA, "01.2.3.4"},
      {Type::kA, ""},
      {Type::kA, "1.2.3.4 5"},
      {Type::kA, "\"1.2.3.4\""},
      {Type::kAaaa, "1.2.3.4"},
      {Type::kAaaa, "1::2::3"},
      {Type::kAaaa, "g::"},
      {Type::kAaaa, "1:2:3:4:5:6:7"},
      {Type::kMx, "mail.example.com"},
      {Type::kMx, "65536 a."},
      {Type::kTxt, "bare"},
      {Type::kTxt, "\"open"},
      {Type::kSrv, "1 2 b."},
      {Type::kTxt, "\"" + std::string(256, 'x') + "\""},
      {Type::kCaa, "0 is-sue \"a\""},
      {Type::kCname, "a..b"},
      {Type::kOpt, "x"},
  };
  for (const auto& [type, text] : bad) EXPECT_FALSE(ParseRdata(type, text).ok()) << text;
}

TEST(RdataTest, ReadRefusesWrongLengths) {
  for (const Sample& sample : kSamples) {
    const std::string wire = HexDecode(sample.hex).value();
    EXPECT_FALSE(ReadRdata(sample.type, wire, 0, wire.size() + 1).ok());
    const bool open_ended = sample.type == Type::kCaa || sample.type == Type::kDs;
    EXPECT_EQ(ReadRdata(sample.type, wire, 0, wire.size() - 1).ok(), open_ended) << sample.text;
  }
  EXPECT_EQ(RdataToText(static_cast<Type>(999), "ab"), "\\# 2 6162");
}

TEST(AddressTest, Ipv6CanonicalForms) {
  const std::pair<std::string, std::string> forms[] = {
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
      {"::ffff:192.0.2.1", "::ffff:c000:201"},
  };
  for (const auto& [text, canonical] : forms) {
    ASSERT_TRUE(ParseIpv6(text)) << text;
    EXPECT_EQ(Ipv6ToText(*ParseIpv6(text)), canonical);
  }
}

RC_GTEST_PROP(AddressTest, AddressesSurviveText, ()) {
  const auto bytes = *rc::gen::container<std::string>(16, rc::gen::element('\0', '\1', '\xff'));
  RC_ASSERT(ParseIpv6(Ipv6ToText(bytes)) == bytes);
  RC_ASSERT(ParseIpv4(Ipv4ToText(bytes.substr(0, 4))) == bytes.substr(0, 4));
}

TEST(AddressTest, SpecialAddressesAreKnown) {
  for (const char* text : {"127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
                           "169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255",
                           "100.64.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9"})
    EXPECT_TRUE(IsSpecialAddress(*ParseIpv4(text))) << text;
  for (const char* text : {"8.8.8.8", "172.32.0.1", "172.15.0.1", "1.1.1.1", "223.255.255.255"})
    EXPECT_FALSE(IsSpecialAddress(*ParseIpv4(text))) << text;
  for (const char* text :
       {"::1", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1"})
    EXPECT_TRUE(IsSpecialAddress(*ParseIpv6(text))) << text;
  EXPECT_FALSE(IsSpecialAddress(*ParseIpv6("2600:1f18::1")));
  EXPECT_FALSE(IsSpecialAddress(*ParseIpv6("::ffff:8.8.8.8")));
}

RC_GTEST_PROP(RdataTest, AnyBytesHaveAText, (const std::string& bytes)) {
  for (const Sample& sample : kSamples) {
    RC_ASSERT(!RdataToText(sample.type, bytes).empty());
    (void)ReadRdata(sample.type, bytes, 0, bytes.size());
  }
}

}  // namespace
}  // namespace lifeboat::dns
