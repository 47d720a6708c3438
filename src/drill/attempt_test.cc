#include "drill/attempt.h"

#include <gtest/gtest.h>

#include "drill/journal_lines.h"

namespace lifeboat::drill {
namespace {

client::Exchange Answered(int status) {
  client::Exchange exchange;
  exchange.response = http::Response{status, {}, ""};
  return exchange;
}

client::Exchange Broken(client::Stage stage, bool timed_out = false) {
  client::Exchange exchange;
  exchange.error = {stage, timed_out, "broken"};
  return exchange;
}

TEST(Classify, ByWhatTheClientMayConclude) {
  struct Case {
    client::Exchange exchange;
    Outcome outcome;
    bool retry;
  };
  const std::vector<Case> cases = {
      {Answered(200), Outcome::kAcknowledged, false},
      {Answered(201), Outcome::kAcknowledged, false},
      {Answered(204), Outcome::kAcknowledged, false},
      {Answered(400), Outcome::kFailed, false},
      {Answered(403), Outcome::kFailed, false},
      {Answered(404), Outcome::kFailed, false},
      {Answered(409), Outcome::kFailed, false},
      {Answered(429), Outcome::kFailed, true},
      // The function may have committed before the gateway gave up on it.
      {Answered(500), Outcome::kUnknown, true},
      {Answered(502), Outcome::kUnknown, true},
      {Answered(503), Outcome::kUnknown, true},
      {Answered(504), Outcome::kUnknown, true},
      {Answered(302), Outcome::kUnknown, true},
      {Broken(client::Stage::kConnect), Outcome::kFailed, true},
      {Broken(client::Stage::kConnect, true), Outcome::kFailed, true},
      {Broken(client::Stage::kTls), Outcome::kFailed, true},
      {Broken(client::Stage::kSend), Outcome::kUnknown, true},
      {Broken(client::Stage::kReceive), Outcome::kUnknown, true},
      {Broken(client::Stage::kReceive, true), Outcome::kUnknown, true},
  };
  for (const Case& c : cases) {
    const int status = c.exchange.response ? c.exchange.response->status : 0;
    EXPECT_EQ(Classify(c.exchange), c.outcome) << status;
    EXPECT_EQ(WorthRetrying(c.exchange), c.retry) << status;
  }
}

/// As the journal has it: with its time.
json::Value LineOf(const Attempt& a) {
  json::Object line = ToJson(a);
  line.Set("t", a.done);
  return line;
}

TEST(Attempt, SurvivesTheJournal) {
  Attempt a;
  a.id = 7;
  a.n = 2;
  a.last = false;
  a.cohort = "jvm";
  a.op = Op::kUpdate;
  a.key = "drill-x-1-9";
  a.seq = 3;
  a.scheduled = 1'000'000;
  a.sent = 1'000'010;
  a.done = 1'200'000;
  a.region = "us-east-1";
  a.status = 504;
  a.outcome = Outcome::kUnknown;
  const Result<Attempt> back = FromJson<Attempt>(LineOf(a));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(json::Write(ToJson(*back)), json::Write(ToJson(a)));
  a.op = Op::kGet;
  a.seq = 0;
  a.region = "";
  a.seen = 5;
  a.error = "connection reset";
  const Result<Attempt> read = FromJson<Attempt>(LineOf(a));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->seen, 5);
  EXPECT_EQ(json::Write(ToJson(*read)), json::Write(ToJson(a)));
}

TEST(Attempt, RefusesWhatIsNone) {
  EXPECT_FALSE(FromJson<Attempt>(json::Object{{"t", 1}}).ok());
  json::Value line = LineOf(Attempt{});
  line.if_object()->Set("op", "list");
  EXPECT_FALSE(FromJson<Attempt>(line).ok());
  line = LineOf(Attempt{});
  line.if_object()->Set("outcome", "maybe");
  EXPECT_FALSE(FromJson<Attempt>(line).ok());
}

}  // namespace
}  // namespace lifeboat::drill
