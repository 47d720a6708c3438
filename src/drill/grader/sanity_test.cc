// Twenty forged journals, each caught by the rule that was made for it. All but the first three are
// forged well: counts and chain fit the lines.
#include "drill/grader/sanity.h"

#include <gtest/gtest.h>

#include <functional>

#include "drill/grader/grade.h"
#include "drill/testing/hand_journal.h"

namespace lifeboat::drill {
namespace {

using Lines = std::vector<std::string>;

/// Changes the members of the first line of this type that `applies`.
void Edit(Lines& lines, const std::string& type, const std::function<void(json::Object&)>& change,
          const std::function<bool(const json::Value&)>& applies = nullptr) {
  for (std::string& line : lines) {
    json::Value value = *json::Parse(line);
    if (value.GetString("type") != type || (applies && !applies(value))) continue;
    change(*value.if_object());
    line = json::Write(value);
    return;
  }
  ADD_FAILURE() << "no such line of type " << type;
}
void Set(Lines& lines, const std::string& type, const std::string& member, json::Value to) {
  Edit(lines, type, [&](json::Object& line) { line.Set(member, to); });
}

std::function<bool(const json::Value&)> Is(std::string member, json::Value value) {
  return [=](const json::Value& line) {
    const json::Value* found = line.Find(member);
    return found != nullptr && *found == value;
  };
}

std::string Objections(const Lines& lines) {
  const Result<Report> report = Grade(lines);
  EXPECT_TRUE(report.ok());
  if (!report.ok()) return "";
  return json::Write(*report->json.FindPath({"integrity", "broken"})) +
         report->json.FindPath({"verdict", "status"})->as_string();
}

struct Forgery {
  std::string name;
  std::string caught_by;
  std::function<void(Lines&)> forge;
  bool sealed_again = true;
};

using Forgeries = std::vector<Forgery>;

Forgeries OfTheFileAndRequests() {
  return {
      {"a line changed", "the chain of its last line",
       [](Lines& l) { Set(l, "attempt", "status", 201); }, false},
      {"a line left out", "counts other lines", [](Lines& l) { l.erase(l.begin() + 40); }, false},
      {"lines after the end", "goes on after its end",
       [](Lines& l) { l.push_back(R"({"type":"phase","run":1,"t":1,"name":"x"})"); }, false},
      {"done before sent", "scheduled, sent and done in this order",
       [](Lines& l) { Set(l, "attempt", "done", -5); }},
      {"noted before it was done", "noted before it was done",
       [](Lines& l) { Set(l, "attempt", "t", 0); }},
      {"a failure called a success", "does not follow from its status",
       [](Lines& l) {
         Edit(
             l, "attempt", [](json::Object& a) { a.Set("outcome", "acknowledged"); },
             Is("outcome", "failed"));
       }},
      {"an attempt twice", "have a gap or come twice",
       [](Lines& l) {
         const auto attempt = std::find_if(l.begin(), l.end(), [](const std::string& line) {
           return line.find("\"attempt\"") != std::string::npos;
         });
         const std::string copy = *attempt;
         l.insert(attempt, copy);
       }},
      {"a request left out", "the requests' ids have a gap",
       [](Lines& l) {
         std::erase_if(l, [](const std::string& line) {
           return line.find("\"attempt\"") != std::string::npos &&
                  line.find("\"id\":9,") != std::string::npos;
         });
       }},
      {"a write left out", "the numbers of a writer have a gap",
       [](Lines& l) {
         Edit(
             l, "attempt", [](json::Object& a) { a.Set("seq", 2); }, Is("op", "create"));
       }},
      {"a write without a number", "a write has no number",
       [](Lines& l) {
         Edit(
             l, "attempt", [](json::Object& a) { a.Erase("seq"); }, Is("op", "create"));
       }},
      {"a read of what nobody wrote", "a number that nobody wrote", [](Lines& l) {
         Edit(
             l, "attempt", [](json::Object& a) { a.Set("seen", 99); }, Is("op", "get"));
       }}};
}

Forgeries OfEvents() {
  return {
      {"in force before it was asked for", "states are not in their order",
       [](Lines& l) {
         Edit(
             l, "fault", [](json::Object& f) { f.Set("t", 9'700'000); }, Is("state", "in-force"));
       }},
      {"cleared, and never in force", "states are not in their order",
       [](Lines& l) {
         std::erase_if(l, [](const std::string& line) {
           return line.find("\"in-force\"") != std::string::npos;
         });
       }},
      {"the fault in the baseline", "a fault stands before its phase",
       [](Lines& l) {
         Edit(
             l, "fault", [](json::Object& f) { f.Set("t", 5'000'000); }, Is("state", "asked"));
       }},
      {"a fault in force twice", "the same state twice",
       [](Lines& l) {
         const auto fault = std::find_if(l.begin(), l.end(), [](const std::string& line) {
           return line.find("\"in-force\"") != std::string::npos;
         });
         const std::string copy = *fault;
         l.insert(fault, copy);
       }},
      {"an audit of the baseline", "audited outside of the audit",
       [](Lines& l) { Set(l, "audit", "asked", 1'000'000); }},
      {"an audit that never began", "the audit ends before it begins",
       [](Lines& l) {
         std::erase_if(l, [](const std::string& line) {
           return line.find("\"audit-begin\"") != std::string::npos;
         });
       }},
      {"an answer before the question", "answered before it was asked",
       [](Lines& l) { Set(l, "dns", "asked", 30'000'000); }},
      {"a line from after the end", "later than the run's end",
       [](Lines& l) {
         Edit(
             l, "fault", [](json::Object& f) { f.Set("t", 99'000'000); }, Is("state", "cleared"));
       }},
      {"a key both there and absent", "there and absent at once", [](Lines& l) {
         l.push_back(
             R"({"type":"final","run":1,"t":39000000,"region":"us-east-1","key":"c-1","item":null,)"
             R"("seen":null})");
       }}};
}

Forgeries OfIdentities() {
  return {{"the attempts of two requests as one", "are not of one request",
           [](Lines& l) {
             Edit(
                 l, "attempt",
                 [](json::Object& a) {
                   a.Set("id", 1);
                   a.Set("n", 2);
                 },
                 Is("id", 2));
           }},
          {"a cohort that is none", "belongs to no cohort",
           [](Lines& l) { Set(l, "attempt", "cohort", "friends"); }},
          {"an answer from nowhere", "an answer came from nowhere",
           [](Lines& l) { Set(l, "attempt", "region", nullptr); }}};
}

Forgeries All() {
  Forgeries all = OfTheFileAndRequests();
  for (const Forgeries& more : {OfEvents(), OfIdentities()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST(Sanity, AnHonestJournalBreaksNoRule) {
  const std::string objections = Objections(HandJournal::Usual().Sealed());
  EXPECT_EQ(objections, "[]met");
}

TEST(Sanity, EveryForgeryIsCaughtByTheRuleMadeForIt) {
  EXPECT_GE(All().size(), 20u);
  for (const Forgery& forgery : All()) {
    HandJournal j = HandJournal::Usual();
    j.lines = j.Sealed();
    j.fills_finals = false;
    forgery.forge(j.lines);
    const std::string objections = Objections(forgery.sealed_again ? j.Sealed() : j.lines);
    EXPECT_NE(objections.find(forgery.caught_by), std::string::npos)
        << forgery.name << ": " << objections;
    EXPECT_NE(objections.find("inconclusive"), std::string::npos) << forgery.name;
  }
}

TEST(Sanity, TheChainIsPrintedWithTheVerdict) {
  const Result<Report> report = Grade(HandJournal::Usual().Sealed());
  ASSERT_TRUE(report.ok());
  const std::string chain = report->json.FindPath({"integrity", "chain"})->as_string();
  EXPECT_NE(report->verdict.back().find("VERDICT   MET (exit 0)   chain " + ShortChain(chain) +
                                        ", unsigned"),
            std::string::npos)
      << report->verdict.back();
}

TEST(Differences, NameTheMembersThatDiffer) {
  const json::Value a = *json::Parse(R"({"rto":{"s":4.7,"x":[1,2]},"same":1})");
  const json::Value b = *json::Parse(R"({"rto":{"s":4.8,"x":[1,3]},"same":1.0,"new":null})");
  EXPECT_EQ(Differences(a, b),
            (std::vector<std::string>{"new: nothing there, null here", "rto.s: 4.7 there, 4.8 here",
                                      "rto.x[1]: 2 there, 3 here"}));
  EXPECT_TRUE(Differences(a, a).empty());
}

}  // namespace
}  // namespace lifeboat::drill
