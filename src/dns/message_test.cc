// Messages as values: golden bytes, round trips, and hostile input.
#include "dns/message.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "dns/rdata.h"

namespace lifeboat::dns {
namespace {

Name N(std::string_view text) { return Name::Parse(text).value(); }

TEST(MessageTest, QueryHasTheBytesOfRfc1035) {
  QueryOptions options;
  options.edns.reset();
  EXPECT_EQ(HexEncode(MakeQuery(0x1234, N("www.Example.com"), Type::kA, options)),
            "123401000001000000000000"
            "03777777076578616d706c6503636f6d00"
            "00010001");
}

TEST(MessageTest, QueryWithEdnsEndsInAnOptRecord) {
  const std::string bytes = MakeQuery(7, N("a.b"), Type::kAaaa);
  EXPECT_EQ(HexEncode(bytes.substr(bytes.size() - 11)), "00002904d0000000000000");
}

Message SampleAnswer() {
  Message message;
  message.id = 9;
  message.is_response = true;
  message.authoritative = true;
  message.questions = {{N("www.example.com"), Type::kA}};
  message.answers = {
      {N("www.example.com"), Type::kCname, Class::kIn, 300,
       ParseRdata(Type::kCname, "web.example.com.").value()},
      {N("web.example.com"), Type::kA, Class::kIn, 60, ParseRdata(Type::kA, "192.0.2.1").value()}};
  message.edns = Edns{4096, 0, true};
  return message;
}

TEST(MessageTest, WriteThenParseGivesTheSame) {
  const Message message = SampleAnswer();
  const Result<Message> back = ParseMessage(WriteMessage(message));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, message);
}

TEST(MessageTest, EveryPrefixOfAMessageIsRefused) {
  const std::string bytes = WriteMessage(SampleAnswer());
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(ParseMessage(std::string_view(bytes).substr(0, size)).ok()) << size;
  EXPECT_FALSE(ParseMessage(bytes + "x").ok());
}

TEST(MessageTest, AnswerFollowsTheChainAndTakesTheLeastTtl) {
  const Result<Answer> answer =
      ParseAnswer(WriteMessage(SampleAnswer()), 9, N("www.example.com"), Type::kA);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->Addresses(), std::vector<std::string>{"192.0.2.1"});
  EXPECT_EQ(answer->ttl, 60u);
  EXPECT_TRUE(answer->authoritative);
}

TEST(MessageTest, AnswerToSomethingElseIsRefused) {
  const std::string bytes = WriteMessage(SampleAnswer());
  EXPECT_FALSE(ParseAnswer(bytes, 8, N("www.example.com"), Type::kA).ok());
  EXPECT_FALSE(ParseAnswer(bytes, 9, N("www.example.org"), Type::kA).ok());
  EXPECT_FALSE(ParseAnswer(bytes, 9, N("www.example.com"), Type::kAaaa).ok());
  EXPECT_FALSE(
      ParseAnswer(MakeQuery(9, N("www.example.com"), Type::kA), 9, N("www.example.com"), Type::kA)
          .ok());
}

TEST(MessageTest, ChainThatLoopsEnds) {
  Message message = SampleAnswer();
  message.answers = {{N("www.example.com"), Type::kCname, Class::kIn, 300,
                      ParseRdata(Type::kCname, "www.example.com.").value()}};
  const Result<Answer> answer =
      ParseAnswer(WriteMessage(message), 9, N("www.example.com"), Type::kA);
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->records.empty());
}

TEST(MessageTest, NegativeTtlIsTheLeastOfSoaTtlAndMinimum) {
  Message message = SampleAnswer();
  message.answers.clear();
  message.rcode = Rcode::kNxDomain;
  message.authority = {
      {N("example.com"), Type::kSoa, Class::kIn, 900,
       ParseRdata(Type::kSoa, "ns.example.com. host.example.com. 1 7200 900 1209600 300").value()}};
  const Result<Answer> answer =
      ParseAnswer(WriteMessage(message), 9, N("www.example.com"), Type::kA);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->rcode, Rcode::kNxDomain);
  EXPECT_EQ(answer->ttl, 300u);
}

TEST(MessageTest, ExtendedRcodeNeedsTheOptRecord) {
  Message message = SampleAnswer();
  message.rcode = Rcode::kBadVers;
  EXPECT_EQ(ParseMessage(WriteMessage(message))->rcode, Rcode::kBadVers);
}

}  // namespace
}  // namespace lifeboat::dns
