// The answer builder over a zone with every trick in it. Each answer is read by our own parser and
// by libldns, an implementation that shares no code with ours.
#include "dns/answer.h"

#include <gtest/gtest.h>
#include <ldns/ldns.h>

#include <map>

#include "base/bytes.h"
#include "dns/address.h"
#include "dns/message.h"
#include "dns/rdata.h"
#include "dns/zone.h"

namespace lifeboat::dns {
namespace {

Name N(std::string_view text) { return Name::Parse(text).value(); }

class AnswerTest : public ::testing::Test {
 protected:
  AnswerTest() {
    auto zone = std::make_shared<Zone>(N("example.com"));
    zone_ = zone.get();
    Add("example.com", Type::kSoa, 900,
        {"ns-1.awsdns-01.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 300"});
    Add("example.com", Type::kNs, 172800, {"ns-1.awsdns-01.com.", "ns-2.awsdns-02.net."});
    Add("example.com", Type::kMx, 60, {"10 mail.example.com."});
    Add("www.example.com", Type::kA, 60, {"192.0.2.1"});
    Add("alias.example.com", Type::kCname, 30, {"www.example.com."});
    Add("out.example.com", Type::kCname, 30, {"www.example.net."});
    Add("broken.example.com", Type::kCname, 30, {"nothing.example.com."});
    Add("loop.example.com", Type::kCname, 30, {"loop.example.com."});
    Add("ring-a.example.com", Type::kCname, 30, {"ring-b.example.com."});
    Add("ring-b.example.com", Type::kCname, 30, {"ring-c.example.com."});
    Add("ring-c.example.com", Type::kCname, 30, {"ring-a.example.com."});
    Add("to-ring.example.com", Type::kCname, 30, {"ring-b.example.com."});
    Add("*.wild.example.com", Type::kA, 60, {"192.0.2.2"});
    Add("deep.under.example.com", Type::kTxt, 60, {"\"x\""});
    Add("sub.example.com", Type::kNs, 60, {"ns.sub.example.com."});
    Add("ns.sub.example.com", Type::kA, 60, {"192.0.2.53"});
    std::vector<std::string> many;
    for (int i = 0; i < 60; ++i) many.push_back("192.0.2." + std::to_string(i));
    Add("many.example.com", Type::kA, 60, many);
    zones_.Add(std::move(zone));
  }

  void Add(std::string_view name, Type type, uint32_t ttl, const std::vector<std::string>& values) {
    Rrset rrset{type, ttl, {}};
    for (const std::string& value : values) rrset.rdata.push_back(ParseRdata(type, value).value());
    zone_->Add(N(name), std::move(rrset));
  }

  std::string Raw(std::string_view packet, Transport transport = Transport::kUdp) {
    std::string out = "left over";
    AnswerQuery(packet, zones_, transport, prng_, out);
    return out;
  }

  Message Ask(std::string_view name, Type type, Transport transport = Transport::kUdp,
              QueryOptions options = {}) {
    const std::string out = Raw(MakeQuery(77, N(name), type, options), transport);
    ldns_pkt* packet = nullptr;
    EXPECT_EQ(ldns_wire2pkt(&packet, reinterpret_cast<const uint8_t*>(out.data()), out.size()),
              LDNS_STATUS_OK);
    Message message = ParseMessage(out).value();
    EXPECT_EQ(ldns_pkt_ancount(packet), message.answers.size());
    EXPECT_EQ(ldns_pkt_nscount(packet), message.authority.size());
    EXPECT_EQ(ldns_pkt_get_rcode(packet), static_cast<int>(message.rcode) & 0xf);
    ExpectSameRecords(ldns_pkt_answer(packet), message.answers);
    ExpectSameRecords(ldns_pkt_authority(packet), message.authority);
    ldns_pkt_free(packet);
    EXPECT_EQ(message.id, 77);
    EXPECT_FALSE(message.recursion_available);
    return message;
  }

  /// Owner, TTL and data of each record as ldns reads them, against ours.
  static void ExpectSameRecords(ldns_rr_list* theirs, const std::vector<Record>& ours) {
    for (size_t i = 0; i < ours.size(); ++i) {
      ldns_rr* rr = ldns_rr_list_rr(theirs, i);
      char* owner = ldns_rdf2str(ldns_rr_owner(rr));
      EXPECT_EQ(N(owner), ours[i].name);
      LDNS_FREE(owner);
      EXPECT_EQ(ldns_rr_ttl(rr), ours[i].ttl);
      std::string data;
      for (size_t field = 0; field < ldns_rr_rd_count(rr); ++field) {
        char* text = ldns_rdf2str(ldns_rr_rdf(rr, field));
        data += (data.empty() ? "" : " ") + std::string(text);
        LDNS_FREE(text);
      }
      EXPECT_EQ(data, RdataToText(ours[i].type, ours[i].rdata));
    }
  }

  Zone* zone_;
  ZoneSet zones_;
  Prng prng_{1};
};

TEST_F(AnswerTest, GoldenPacketOfAPlainAnswer) {
  QueryOptions options;
  options.edns.reset();
  EXPECT_EQ(HexEncode(Raw(MakeQuery(0x4d, N("www.example.com"), Type::kA, options))),
            "004d85000001000100000000"
            "03777777076578616d706c6503636f6d0000010001"
            "c00c000100010000003c0004c0000201");
}

TEST_F(AnswerTest, QuestionComesBackInItsOwnCase) {
  std::string packet = MakeQuery(1, N("www.example.com"), Type::kA);
  packet[13] = 'W';
  const std::string out = Raw(packet);
  EXPECT_EQ(out.substr(12, 4), "\3Www");
}

TEST_F(AnswerTest, ApexAnswersSoaNsAndMx) {
  const Message soa = Ask("example.com", Type::kSoa);
  EXPECT_TRUE(soa.authoritative);
  ASSERT_EQ(soa.answers.size(), 1u);
  EXPECT_EQ(soa.answers[0].ttl, 900u);
  EXPECT_EQ(Ask("example.com", Type::kNs).answers.size(), 2u);
  EXPECT_EQ(Ask("example.com", Type::kMx).answers.size(), 1u);
}

TEST_F(AnswerTest, NxDomainAndNoDataCarryTheSoaWithTheNegativeTtl) {
  for (const auto& [name, rcode] :
       std::map<std::string, Rcode>{{"nothing.example.com", Rcode::kNxDomain},
                                    {"a.www.example.com", Rcode::kNxDomain},
                                    {"www.example.com", Rcode::kNoError},
                                    {"under.example.com", Rcode::kNoError},  // Empty non-terminal.
                                    {"wild.example.com", Rcode::kNoError}}) {
    const Message message = Ask(name, Type::kAaaa);
    EXPECT_EQ(message.rcode, rcode) << name;
    EXPECT_TRUE(message.authoritative);
    EXPECT_TRUE(message.answers.empty());
    ASSERT_EQ(message.authority.size(), 1u);
    EXPECT_EQ(message.authority[0].type, Type::kSoa);
    EXPECT_EQ(message.authority[0].name, N("example.com"));
    EXPECT_EQ(message.authority[0].ttl, 300u);
  }
}

TEST_F(AnswerTest, WildcardAnswersWithTheAskedName) {
  for (const char* name : {"a.wild.example.com", "a.b.wild.example.com", "*.wild.example.com"}) {
    const Message message = Ask(name, Type::kA);
    ASSERT_EQ(message.answers.size(), 1u) << name;
    EXPECT_EQ(message.answers[0].name, N(name));
  }
}

TEST_F(AnswerTest, CnameChains) {
  const Message inside = Ask("alias.example.com", Type::kA);
  ASSERT_EQ(inside.answers.size(), 2u);
  EXPECT_EQ(inside.answers[0].type, Type::kCname);
  EXPECT_EQ(inside.answers[1].name, N("www.example.com"));
  EXPECT_EQ(Ask("alias.example.com", Type::kCname).answers.size(), 1u);
  EXPECT_EQ(Ask("alias.example.com", Type::kAaaa).authority.size(), 1u);

  const Message outside = Ask("out.example.com", Type::kA);
  EXPECT_EQ(outside.rcode, Rcode::kNoError);
  EXPECT_EQ(outside.answers.size(), 1u);

  const Message broken = Ask("broken.example.com", Type::kA);
  EXPECT_EQ(broken.rcode, Rcode::kNxDomain);
  EXPECT_EQ(broken.answers.size(), 1u);
  EXPECT_EQ(broken.authority.size(), 1u);

  // Of a circle each record comes once, wherever it is entered.
  EXPECT_EQ(Ask("loop.example.com", Type::kA).answers.size(), 1u);
  EXPECT_EQ(Ask("ring-a.example.com", Type::kA).answers.size(), 3u);
  EXPECT_EQ(Ask("to-ring.example.com", Type::kA).answers.size(), 4u);
}

TEST_F(AnswerTest, DelegationIsAReferralWithGlueAndWithoutAa) {
  for (const char* name : {"sub.example.com", "x.sub.example.com", "ns.sub.example.com"}) {
    const Message message = Ask(name, Type::kA);
    EXPECT_FALSE(message.authoritative) << name;
    EXPECT_TRUE(message.answers.empty());
    ASSERT_EQ(message.authority.size(), 1u);
    EXPECT_EQ(message.authority[0].name, N("sub.example.com"));
    ASSERT_EQ(message.additional.size(), 1u);
    EXPECT_EQ(message.additional[0].name, N("ns.sub.example.com"));
  }
  const Message ds = Ask("sub.example.com", Type::kDs);
  EXPECT_TRUE(ds.authoritative);
  EXPECT_EQ(ds.authority[0].type, Type::kSoa);
}

TEST_F(AnswerTest, ForeignNamesClassesAndTransfersAreRefused) {
  EXPECT_EQ(Ask("example.org", Type::kA).rcode, Rcode::kRefused);
  EXPECT_FALSE(Ask("com", Type::kNs).authoritative);
  EXPECT_EQ(Ask("example.com", Type::kAxfr).rcode, Rcode::kRefused);
  std::string chaos = MakeQuery(77, N("version.bind"), Type::kTxt, {.edns = std::nullopt});
  chaos.back() = 3;
  EXPECT_EQ(ParseMessage(Raw(chaos))->rcode, Rcode::kRefused);
}

TEST_F(AnswerTest, TruncationBySizeAndWholeAnswerOverTcp) {
  const Message plain = Ask("many.example.com", Type::kA, Transport::kUdp, {.edns = std::nullopt});
  EXPECT_TRUE(plain.truncated);
  EXPECT_TRUE(plain.answers.empty());
  EXPECT_FALSE(plain.edns);
  const Message edns = Ask("many.example.com", Type::kA);
  EXPECT_FALSE(edns.truncated);
  EXPECT_EQ(edns.answers.size(), 60u);
  EXPECT_TRUE(Ask("many.example.com", Type::kA, Transport::kUdp, {.edns = Edns{600}}).truncated);
  EXPECT_TRUE(Ask("many.example.com", Type::kA, Transport::kUdp, {.edns = Edns{0}}).truncated);
  EXPECT_EQ(Ask("many.example.com", Type::kA, Transport::kTcp).answers.size(), 60u);
}

TEST_F(AnswerTest, OrderIsShuffledAndComplete) {
  std::map<std::string, int> first;
  for (int i = 0; i < 600; ++i)
    ++first[Ask("many.example.com", Type::kA, Transport::kTcp).answers[0].rdata];
  EXPECT_GT(first.size(), 50u);
}

TEST_F(AnswerTest, EdnsIsAnsweredInKind) {
  const Message message =
      Ask("www.example.com", Type::kA, Transport::kUdp, {.edns = Edns{4096, 0, true}});
  ASSERT_TRUE(message.edns);
  EXPECT_EQ(*message.edns, (Edns{kEdnsUdpBytes, 0, true}));
  const Message bad = Ask("www.example.com", Type::kA, Transport::kUdp, {.edns = Edns{4096, 1}});
  EXPECT_EQ(bad.rcode, Rcode::kBadVers);
  EXPECT_TRUE(bad.answers.empty());
}

TEST_F(AnswerTest, PacketsAreCheckedInOrder) {
  const std::string good = MakeQuery(5, N("www.example.com"), Type::kA);
  const auto with = [&](size_t at, int value) {
    std::string packet = good;
    packet[at] = static_cast<char>(value);
    return packet;
  };
  EXPECT_EQ(Raw(good.substr(0, 11)), "");
  EXPECT_EQ(Raw(with(2, 0x80)), "");
  const std::tuple<std::string, std::string, Rcode> cases[] = {
      {"opcode NOTIFY", with(2, 0x20), Rcode::kNotImp},
      {"opcode UPDATE before counts", with(2, 0x28), Rcode::kNotImp},
      {"an rcode in a question", with(3, 1), Rcode::kFormErr},
      {"no question", with(5, 0), Rcode::kFormErr},
      {"two questions", with(5, 2), Rcode::kFormErr},
      {"an answer", with(7, 1), Rcode::kFormErr},
      {"an authority record", with(9, 1), Rcode::kFormErr},
      {"additional records that are not there", with(11, 2), Rcode::kFormErr},
      {"a compressed question name", with(12, 0xc0), Rcode::kFormErr},
      {"a question cut off", good.substr(0, 20), Rcode::kFormErr},
      {"an OPT record that is not the root's", with(33, 1), Rcode::kFormErr},
  };
  for (const auto& [what, packet, rcode] : cases) {
    const std::string out = Raw(packet);
    ASSERT_GE(out.size(), kHeaderBytes) << what;
    EXPECT_EQ(out[3] & 0xf, static_cast<int>(rcode)) << what;
    EXPECT_TRUE(ParseMessage(out).ok()) << what;
  }
  EXPECT_TRUE(ParseMessage(Raw(good + "garbage behind")).ok());
}

TEST_F(AnswerTest, WhateverTheAnswerAQueryWithAnOptRecordGetsOne) {
  const std::string good = MakeQuery(77, N("www.example.com"), Type::kA);
  const auto with = [&](size_t offset, char byte) {
    std::string packet = good;
    packet[offset] = byte;
    return packet;
  };
  const auto with_options = [&](std::string_view options) {
    std::string packet = good.substr(0, good.size() - 2);
    AppendU16(packet, static_cast<uint16_t>(options.size()));
    return packet += options;
  };
  using namespace std::string_view_literals;
  std::string with_answer = good.substr(0, kHeaderBytes + 21);
  with_answer += "\xc0\x0c\0\x01\0\x01\0\0\0\0\0\x04\1\2\3\4"sv;
  with_answer += good.substr(kHeaderBytes + 21);
  with_answer[7] = 1;
  const std::tuple<std::string, std::string, Rcode> cases[] = {
      {"a whole query", good, Rcode::kNoError},
      {"another opcode", with(2, 0x28), Rcode::kNotImp},
      {"an rcode in a question", with(3, 1), Rcode::kFormErr},
      {"an answer in a question", with_answer, Rcode::kFormErr},
      {"a later version", with(good.size() - 5, 1), Rcode::kBadVers},
      {"an option",
       with_options("\0\x0a\0\x08"
                    "12345678"sv),
       Rcode::kNoError},
      {"an empty option", with_options("\0\x03\0\0"sv), Rcode::kNoError},
      {"an option longer than its data",
       with_options("\0\x0a\0\x09"
                    "12345678"sv),
       Rcode::kFormErr},
      {"half an option's head", with_options("\0\x0a\0"sv), Rcode::kFormErr},
      {"bytes behind an option", with_options("\0\x03\0\0\0"sv), Rcode::kFormErr},
  };
  for (const auto& [what, packet, rcode] : cases) {
    const Message answer = ParseMessage(Raw(packet)).value();
    EXPECT_EQ(answer.rcode, rcode) << what;
    EXPECT_TRUE(answer.edns) << what;
  }
}

TEST_F(AnswerTest, EveryByteChangedNeverBreaksTheAnswer) {
  const std::string good = MakeQuery(5, N("alias.example.com"), Type::kA);
  for (size_t at = 0; at < good.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string packet = good;
      packet[at] = static_cast<char>(value);
      const std::string out = Raw(packet);
      ASSERT_TRUE(out.empty() || ParseMessage(out).ok()) << at << " " << value;
    }
  }
}

TEST_F(AnswerTest, AnyAnswersOneRrset) {
  EXPECT_EQ(Ask("example.com", Type::kAny).answers.size(), 1u);
}

TEST_F(AnswerTest, LongestZoneAnswersAndTheFirstOfEqualNames) {
  auto child = std::make_shared<Zone>(N("sub.example.com"));
  child->Add(N("sub.example.com"),
             {Type::kSoa, 900, {ParseRdata(Type::kSoa, "a. b. 1 1 1 1 1").value()}});
  child->Add(N("x.sub.example.com"), {Type::kA, 5, {*ParseIpv4("192.0.2.9")}});
  zones_.Add(child);
  zones_.Add(std::make_shared<Zone>(N("sub.example.com")));
  EXPECT_EQ(Ask("x.sub.example.com", Type::kA).answers.size(), 1u);
}

}  // namespace
}  // namespace lifeboat::dns
