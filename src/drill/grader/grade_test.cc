// The grader against journals made by hand. Each test works its numbers out in a comment, from
// drill.md's definitions; HandJournal::Usual() is the drill that they add to.
#include "drill/grader/grade.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "drill/testing/hand_journal.h"

namespace lifeboat::drill {
namespace {

using Try = HandJournal::Try;
constexpr Outcome kAck = Outcome::kAcknowledged;
constexpr Outcome kFail = Outcome::kFailed;
constexpr Outcome kUnknown = Outcome::kUnknown;

/// What the tests of this file have graded, for the other grader at the end.
struct Graded {
  std::vector<std::string> lines;
  std::string report;
};
std::vector<Graded>& AllGraded() {
  static std::vector<Graded> all;
  return all;
}

Report MustGrade(const HandJournal& journal) {
  const std::vector<std::string> lines = journal.Sealed();
  Result<Report> report = Grade(lines);
  EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().message);
  if (!report.ok()) return {};
  AllGraded().push_back({lines, ReportJson(*report)});
  return std::move(report).value();
}

const json::Value& At(const Report& report, std::initializer_list<std::string_view> path) {
  static const json::Value kNone;
  const json::Value* found = report.json.FindPath(path);
  EXPECT_NE(found, nullptr) << "no " << *(path.end() - 1);
  return found == nullptr ? kNone : *found;
}
double Number(const Report& report, std::initializer_list<std::string_view> path) {
  const json::Value& value = At(report, path);
  EXPECT_TRUE(value.is_number()) << *(path.end() - 1);
  return value.as_double(static_cast<double>(value.as_int()));
}
int64_t Count(const Report& report, std::initializer_list<std::string_view> path) {
  return At(report, path).as_int(-1);
}
std::string Reasons(const Report& report) {
  return json::Write(At(report, {"verdict", "reasons"}));
}

TEST(Grade, TimesOfTheUsualDrill) {
  const Report report = MustGrade(HandJournal::Usual());
  // The last bad request was scheduled at 14.5 (writes) and 14.6 (reads are sent 0.1 later).
  // Windows begin every 0.1 s from T0 = 10, so the first without it begins at 14.6 (writes), 14.7
  // (reads).
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "by_class", "write"}), 4.6);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "by_class", "read"}), 4.7);
  // The worst class of the slowest counted cohort.
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "headline_s"}), 4.7);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "by_cohort", "c", "s"}), 4.7);
  // T1 12.0 - T0 10.0; T2 = T1; T3 12.5 - T2 12.0; T4 14.7 - T3 12.5; T5 is the audit's end, 25.
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "phases", "detect_s"}), 2);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "phases", "decide_s"}), 0);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "phases", "execute_s"}), 0.5);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "phases", "clients_s"}), 2.2);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "phases", "verify_s"}), 10.3);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "verified_s"}), 15);
  // The seconds 10-11, 11-12, 12-13, 13-14 and 14-15; all later ones are good.
  EXPECT_EQ(Count(report, {"rto", "bad_s"}), 5);
  EXPECT_DOUBLE_EQ(Number(report, {"rpo", "seconds"}), 0);
  EXPECT_EQ(At(report, {"verdict", "status"}).as_string(), "met") << Reasons(report);
  EXPECT_EQ(report.exit_code, 0);
  // Baseline 0 to 9.5: 19 writes and 19 reads.
  EXPECT_NE(report.timeline.front().find("38 requests 100 % ok"), std::string::npos);
  // Healed at 31: answers again at 33, converged at 34. All windows since 31 are good, and the
  // first correct answer from us-east-1 is that to the write sent at 33.
  EXPECT_DOUBLE_EQ(Number(report, {"failback", "seconds_after_heal"}), 2);
  EXPECT_DOUBLE_EQ(Number(report, {"failback", "rto_s"}), 2.05);
  EXPECT_EQ(Count(report, {"failback", "bad_s"}), 0);
  EXPECT_DOUBLE_EQ(Number(report, {"convergence", "seconds_after_heal"}), 3);
}

TEST(Grade, RelapseBeforeTheHealRestartsTheClock) {
  HandJournal j;
  j.UsualEvents();
  j.Traffic(0, 22, 10, 15);
  j.Traffic(22, 38, 22, 23, "c", "again");  // Fails once more from 22 to 23.
  const Report report = MustGrade(j);
  // The last bad write was scheduled at 22.5, the last bad read at 22.6.
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "by_class", "write"}), 12.6);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "headline_s"}), 12.7);
  // 12.7 s is above the 10 s asked for.
  EXPECT_EQ(At(report, {"verdict", "status"}).as_string(), "missed");
  EXPECT_EQ(report.exit_code, 1);
  EXPECT_EQ(Count(report, {"rto", "bad_s"}), 6);
}

TEST(Grade, NeverServedWellAgainIsMissed) {
  HandJournal j;
  j.UsualEvents();
  j.Traffic(0, 38, 10, 36);  // [36, 38) is shorter than a window of 4 s.
  const Report report = MustGrade(j);
  EXPECT_TRUE(At(report, {"rto", "headline_s"}).is_null());
  EXPECT_EQ(At(report, {"verdict", "rto"}).as_string(), "missed");
  // T0 10 + the objective's 10 s + the longest request's 5 s have passed before the load's end.
  EXPECT_NE(Reasons(report).find("cohort c had no lasting good window within 10s"),
            std::string::npos);
}

TEST(Grade, AnOutageShorterThanDetectionRecoversByTheHeal) {
  HandJournal j;
  j.Phase(0, "baseline");
  j.Phase(9.5, "fault");
  j.Fault(9.8, "asked");
  j.Fault(10, "in-force");
  j.Fault(14, "heal-asked");
  j.Fault(15, "cleared");
  j.Health(12, "us-east-1", true);
  for (double t = 0; t < 38; t += 0.5) j.Dns(t, "us-east-1");
  j.Line("audit-begin", 19.9, {});
  j.Line("audit-end", 25, {});
  j.Phase(38, "settle");
  j.Convergence(39, true, true);
  j.Line("end", 40, {{"reason", "complete"}});
  j.back_at = 15;
  j.Traffic(0, 38, 10, 15);
  const Report report = MustGrade(j);
  EXPECT_EQ(At(report, {"rto", "recovered_by"}).as_string(), "heal");
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "headline_s"}), 4.7);
  EXPECT_EQ(At(report, {"verdict", "rto"}).as_string(), "met");
  EXPECT_TRUE(At(report, {"outages"}).as_array()[0].Find("t3")->is_null());
  // What the standby lacked before the heal was not seen.
  EXPECT_EQ(At(report, {"verdict", "rpo"}).as_string(), "unknown");
  EXPECT_NE(Reasons(report).find("RPO not measurable"), std::string::npos);
  EXPECT_NE(json::Write(At(report, {"findings"})).find("failover-not-tested"), std::string::npos);
  EXPECT_EQ(report.exit_code, 3);
}

TEST(Grade, UncountedCohortsDoNotDecide) {
  HandJournal j;
  j.AddCohort("\"name\":\"u\",\"counted\":false");  // It never recovers.
  j.UsualEvents();
  j.Traffic(0, 38, 10, 15);
  j.Traffic(0, 38, 10, 99, "u");
  const Report report = MustGrade(j);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "headline_s"}), 4.7);
  EXPECT_TRUE(At(report, {"rto", "by_cohort", "u", "s"}).is_null());
  EXPECT_EQ(At(report, {"verdict", "status"}).as_string(), "met");
  EXPECT_EQ(Count(report, {"rto", "bad_s"}), 5);  // Only counted cohorts have bad seconds.
}

TEST(Grade, RecoveryPointFromTheOldestMissingWrite) {
  HandJournal j = HandJournal::Usual();
  j.Acked(Op::kCreate, "k1", 1, 6.0);
  j.Acked(Op::kCreate, "k2", 1, 7.0);
  j.Acked(Op::kCreate, "k3", 1, 9.5);
  j.Acked(Op::kCreate, "k4", 1, 10.2);  // Its answer was under way at T0.
  j.Audit("k1", 1);
  j.Audit("k2", std::nullopt);
  j.Audit("k3", std::nullopt);
  j.Audit("k4", 1);
  for (const char* key : {"k1", "k2", "k3", "k4"}) j.FinalBoth(key, 1);
  const Report report = MustGrade(j);
  // max(T0 10.0, last acknowledgement by us-east-1 10.2) - 7.0.
  EXPECT_DOUBLE_EQ(Number(report, {"rpo", "seconds"}), 3.2);
  EXPECT_EQ(Count(report, {"rpo", "missing_count"}), 2);
  EXPECT_EQ(At(report, {"rpo", "oldest", "key"}).as_string(), "k2");
  EXPECT_DOUBLE_EQ(Number(report, {"rpo", "resolution_s"}), 0.5);
  EXPECT_EQ(Count(report, {"writes", "late"}), 2);
  EXPECT_EQ(At(report, {"verdict", "status"}).as_string(), "met") << Reasons(report);
  ASSERT_EQ(report.artifacts.size(), 1u);
  EXPECT_EQ(report.artifacts[0].content,
            "key,seq,op,cohort,acked_s,region,fate,behind\n"
            "k2,1,create,c,7.000000,us-east-1,late,\nk3,1,create,c,9.500000,us-east-1,late,\n");
}

TEST(Grade, RecoveryPointAboveTheObjectiveIsMissed) {
  HandJournal j = HandJournal::Usual();
  j.Acked(Op::kCreate, "k1", 1, 4.9);
  j.Audit("k1", std::nullopt);
  j.FinalBoth("k1", 1);
  const Report report = MustGrade(j);
  EXPECT_DOUBLE_EQ(Number(report, {"rpo", "seconds"}), 5.1);  // 10.0 - 4.9, and 5 s were asked.
  EXPECT_EQ(report.exit_code, 1);
}

TEST(Grade, MissingIsBySequenceNotByPresence) {
  HandJournal j = HandJournal::Usual();
  // A lost update: the key is there, with 1 instead of 2.
  j.Acked(Op::kCreate, "update", 1, 3);
  j.Acked(Op::kUpdate, "update", 2, 8);
  j.Audit("update", 1);
  j.FinalBoth("update", 2);
  // A lost delete: the item is visible.
  j.Acked(Op::kCreate, "delete", 1, 3);
  j.Acked(Op::kDelete, "delete", 2, 9);
  j.Audit("delete", 1);
  // A delete that is there, and one that may have been executed: both absent, neither missing.
  j.Acked(Op::kCreate, "gone", 1, 3);
  j.Acked(Op::kDelete, "gone", 2, 4);
  j.Audit("gone", std::nullopt);
  j.Acked(Op::kCreate, "maybe", 1, 3);
  j.Write(Op::kDelete, "maybe", 2, {{9.9, 10.5, kUnknown, 0}});
  j.Audit("maybe", std::nullopt);
  const Report report = MustGrade(j);
  EXPECT_EQ(Count(report, {"rpo", "missing_count"}), 2);
  EXPECT_DOUBLE_EQ(Number(report, {"rpo", "seconds"}), 2);  // T0 10 - 8.
  EXPECT_EQ(Count(report, {"writes", "late"}), 2);          // The update, and the delete.
  EXPECT_EQ(Count(report, {"writes", "unknown", "present"}), 1);
}

TEST(Grade, ApiAndTableMustBothShowAWrite) {
  HandJournal j = HandJournal::Usual();
  j.Acked(Op::kCreate, "k", 1, 9);
  j.AuditOne("k", "table", 1);
  j.AuditOne("k", "api", std::nullopt);
  j.FinalBoth("k", 1);
  const Report report = MustGrade(j);
  EXPECT_EQ(Count(report, {"rpo", "missing_count"}), 1);
  EXPECT_NE(json::Write(At(report, {"findings"})).find("api-and-table-differ"), std::string::npos);
}

TEST(Grade, WritesAcknowledgedAfterTheirAuditAreNotMissing) {
  HandJournal j = HandJournal::Usual();
  j.Acked(Op::kCreate, "k", 1, 5);
  j.Acked(Op::kUpdate, "k", 2, 21, "us-west-2");
  j.Audit("k", 1, 20);
  j.FinalBoth("k", 2);
  EXPECT_EQ(Count(MustGrade(j), {"rpo", "missing_count"}), 0);
}

TEST(Grade, UnknownWritesAreSettledAndNeverLost) {
  HandJournal j = HandJournal::Usual();
  const std::vector<Try> cut = {{9.9, 10.4, kUnknown, 0}};
  j.Write(Op::kCreate, "present", 1, cut);
  j.Audit("present", 1);
  j.FinalBoth("present", 1);
  j.Write(Op::kCreate, "absent", 1, cut);
  j.Audit("absent", std::nullopt);
  j.Acked(Op::kCreate, "superseded", 1, 5);
  j.Write(Op::kUpdate, "superseded", 2, {{9.9, 10.4, kUnknown, 504}});
  j.Acked(Op::kUpdate, "superseded", 3, 17, "us-west-2");
  j.Audit("superseded", 3);
  j.FinalBoth("superseded", 3);
  // A retry after a 502 is refused with 409: the write stays unknown, for the first attempt may
  // have done it.
  j.Write(Op::kCreate, "retried", 1, {{9.9, 10.4, kUnknown, 502}, {16, 16.1, kFail, 409}});
  j.Audit("retried", 1);
  j.FinalBoth("retried", 1);
  const Report report = MustGrade(j);
  EXPECT_EQ(Count(report, {"writes", "unknown", "total"}), 4);
  EXPECT_EQ(Count(report, {"writes", "unknown", "present"}), 2);
  EXPECT_EQ(Count(report, {"writes", "unknown", "absent"}), 1);
  EXPECT_EQ(Count(report, {"writes", "unknown", "superseded"}), 1);
  EXPECT_EQ(Count(report, {"rpo", "missing_count"}), 0);
}

TEST(Grade, AcknowledgedByARetryIsAcknowledged) {
  HandJournal j = HandJournal::Usual();
  j.Write(Op::kCreate, "k", 1, {{9.9, 10.1, kFail, 0}, {16, 16.1, kAck, 201, "us-west-2"}});
  j.Audit("k", 1);
  j.FinalBoth("k", 1);
  const Report report = MustGrade(j);
  EXPECT_EQ(Count(report, {"writes", "unknown", "total"}), 0);
  EXPECT_EQ(Count(report, {"writes", "ghost"}), 0);
}

TEST(Grade, AfterTheHeal) {
  HandJournal j = HandJournal::Usual();
  const auto lost_update = [&](const std::string& key) {
    j.Acked(Op::kCreate, key, 1, 3);
    j.Acked(Op::kUpdate, key, 2, 9);
    j.Audit(key, 1);
  };
  lost_update("late");
  j.FinalBoth("late", 2);
  // Written again on the survivor after the audit, so the late one lost to it.
  lost_update("overwritten");
  j.Acked(Op::kUpdate, "overwritten", 3, 28, "us-west-2");
  j.FinalBoth("overwritten", 3);
  lost_update("lost");
  j.FinalBoth("lost", 1);
  // A delete that was there at the audit, undone afterwards.
  j.Acked(Op::kCreate, "resurrected", 1, 3);
  j.Acked(Op::kDelete, "resurrected", 2, 17, "us-west-2");
  j.Audit("resurrected", std::nullopt);
  j.FinalBoth("resurrected", 1);
  // Told "failed", and yet there.
  j.Write(Op::kCreate, "ghost", 1, {{9.9, 9.95, kFail, 0}});
  j.Audit("ghost", std::nullopt);
  j.FinalBoth("ghost", 1);
  // One create, two items.
  j.Acked(Op::kCreate, "duplicate", 1, 17, "us-west-2");
  j.Audit("duplicate", 1);
  j.FinalBoth("duplicate", 1);
  j.Final("us-west-2", "duplicate", 1, "another-id");
  const Report report = MustGrade(j);
  EXPECT_EQ(Count(report, {"rpo", "missing_count"}), 3);
  EXPECT_EQ(Count(report, {"writes", "late"}), 1);
  EXPECT_EQ(Count(report, {"writes", "overwritten"}), 1);
  EXPECT_EQ(Count(report, {"writes", "lost_within_rpo"}), 1);
  EXPECT_EQ(Count(report, {"writes", "lost"}), 0);
  EXPECT_EQ(Count(report, {"writes", "resurrected"}), 1);
  EXPECT_EQ(Count(report, {"writes", "ghost"}), 1);
  EXPECT_EQ(Count(report, {"writes", "duplicate"}), 1);
  // The scenario expects neither resurrected items nor duplicates.
  EXPECT_EQ(report.exit_code, 1);
  EXPECT_NE(Reasons(report).find("expected at most 0 resurrected, found 1"), std::string::npos);
  EXPECT_NE(Reasons(report).find("expected at most 0 duplicates, found 1"), std::string::npos);
}

TEST(Grade, Reads) {
  HandJournal j = HandJournal::Usual();
  j.AddCohort("\"name\":\"d\",\"counted\":false");
  j.Acked(Op::kCreate, "k", 1, 16, "us-west-2");
  j.Acked(Op::kUpdate, "k", 2, 17, "us-west-2");
  j.Audit("k", 2);
  j.FinalBoth("k", 2);
  j.Read("k", 1, 16.99);      // 2 was not acknowledged yet: fine.
  j.Read("k", 2, 17.1);       // Fine.
  j.Read("k", 1, 32, "c");    // The writer's own: stale, read-your-writes, and below the 2 before.
  j.Read("k", 1, 32.1, "d");  // Another's: stale only.
  j.Read("k", 2, 32.5, "d");
  // A missing item: the read of it is counted apart, after T0 only.
  j.Acked(Op::kCreate, "m", 1, 9.5);
  j.Audit("m", std::nullopt);
  j.FinalBoth("m", 1);
  j.Read("m", std::nullopt, 18);
  const Report report = MustGrade(j);
  EXPECT_EQ(Count(report, {"reads", "stale"}), 2);
  EXPECT_EQ(Count(report, {"reads", "ryw"}), 1);
  EXPECT_EQ(Count(report, {"reads", "nonmonotonic"}), 1);
  EXPECT_EQ(Count(report, {"reads", "missing_item"}), 1);
}

TEST(Grade, InconclusiveWhenTheInstrumentWasNotFit) {
  const auto reason_of = [](HandJournal j) {
    const Report report = MustGrade(j);
    EXPECT_EQ(report.exit_code, 3);
    EXPECT_EQ(At(report, {"verdict", "status"}).as_string(), "inconclusive");
    return Reasons(report);
  };
  const auto without = [](std::string_view type, std::string_view text) {
    HandJournal j = HandJournal::Usual();
    std::erase_if(j.lines, [&](const std::string& line) {
      return line.find(fmt::format("\"type\":\"{}\"", type)) != std::string::npos &&
             line.find(text) != std::string::npos;
    });
    return j;
  };
  EXPECT_NE(reason_of(without("fault", "in-force")).find("not confirmed"), std::string::npos);
  EXPECT_NE(reason_of(without("audit-end", "")).find("not audited"), std::string::npos);
  EXPECT_NE(
      reason_of(without("audit", "\"c-3\"")).find("1 keys could not be audited on every survivor"),
      std::string::npos);
  EXPECT_NE(reason_of(without("end", "")).find("did not end"), std::string::npos);
  EXPECT_NE(reason_of(without("phase", "baseline")).find("baseline"), std::string::npos);

  HandJournal bad = HandJournal::Usual();  // 1 of 39 baseline requests fails.
  bad.Write(Op::kCreate, "bad", 1, {{5, 5.1, kUnknown, 500}});
  EXPECT_NE(reason_of(bad).find("bad baseline: 38 of 39"), std::string::npos);

  HandJournal sparse;
  sparse.UsualEvents();
  sparse.Traffic(0, 38, 10, 15);
  for (std::string& line : sparse.lines)  // Twice the samples are asked for.
    if (const size_t at = line.find("\"min_samples\":8"); at != std::string::npos)
      line.replace(at, 15, "\"min_samples\":16");
  EXPECT_NE(reason_of(sparse).find("too few samples: about 8 read"), std::string::npos);

  HandJournal late = HandJournal::Usual();
  for (std::string& line : late.lines)  // Every request was sent 0.3 s after it was due.
    if (const size_t at = line.find("\"scheduled\":"); at != std::string::npos) {
      const size_t end = line.find(',', at);
      const int64_t t = std::stoll(line.substr(at + 12, end - at - 12));
      line.replace(at, end - at, fmt::format("\"scheduled\":{}", t - 300'000));
    }
  EXPECT_NE(reason_of(late).find("generator was late by 0.300s"), std::string::npos);
}

TEST(Grade, InterruptedRunsExitWith130) {
  HandJournal j;
  j.Phase(0, "baseline");
  j.Line("end", 3, {{"reason", "interrupted"}});
  EXPECT_EQ(MustGrade(j).exit_code, 130);
}

TEST(Grade, ControlWithoutFaultMustBeClean) {
  const auto control = [](double bad_from, double bad_to) {
    HandJournal j("no-fault");
    j.Phase(0, "baseline");
    j.Phase(9.5, "fault");
    j.Fault(10, "skipped");
    j.Line("audit-begin", 19.9, {});
    j.Line("audit-end", 25, {});
    j.Phase(38, "settle");
    j.Convergence(39, true, true);
    j.Line("end", 40, {{"reason", "complete"}});
    j.Traffic(0, 38, bad_from, bad_to);
    return MustGrade(j);
  };
  const Report clean = control(99, 99);
  EXPECT_EQ(clean.exit_code, 0) << Reasons(clean);
  EXPECT_DOUBLE_EQ(Number(clean, {"rto", "headline_s"}), 0);
  const Report dirty = control(12, 13);
  EXPECT_EQ(dirty.exit_code, 1);
  EXPECT_FALSE(At(dirty, {"controls"}).as_array()[0].Find("behaved")->as_bool(true));
}

TEST(Grade, ControlWithoutRecoveryMustBeMissed) {
  const auto control = [](double bad_to) {
    HandJournal j("no-recovery");
    j.UsualEvents();
    j.Traffic(0, 38, 10, bad_to);
    return MustGrade(j);
  };
  const Report missed = control(31);
  EXPECT_EQ(missed.exit_code, 0) << Reasons(missed);
  EXPECT_EQ(At(missed, {"verdict", "status"}).as_string(), "missed");
  EXPECT_EQ(control(15).exit_code, 1);  // It recovered: the instrument can't go red.
}

TEST(Grade, RegionsThatStayDifferentAreMissed) {
  HandJournal j = HandJournal::Usual();
  j.Convergence(39.5, true, false);
  const Report report = MustGrade(j);
  EXPECT_EQ(report.exit_code, 1);
  EXPECT_NE(Reasons(report).find("did not converge"), std::string::npos);
}

TEST(Grade, TheWorstOfTheRunsDecides) {
  HandJournal good = HandJournal::Usual();
  HandJournal bad;
  bad.UsualEvents();
  bad.Traffic(0, 38, 10, 22);  // RTO 11.7, above 10.
  for (std::string& line : bad.lines) line.replace(line.find("\"run\":1"), 7, "\"run\":2");
  JournalChain chain;
  std::vector<std::string> lines = good.Sealed(chain);
  bad.fills_finals = false;
  for (const std::string& line : bad.Sealed(chain)) lines.push_back(line);
  const Report report = *Grade(lines);
  EXPECT_EQ(report.exit_code, 1);
  EXPECT_EQ(Count(report, {"run", "number"}), 2);
  ASSERT_EQ(At(report, {"runs"}).as_array().size(), 2u);
  EXPECT_EQ(At(report, {"runs"}).as_array()[0].GetString("status"), "met");
  EXPECT_EQ(At(report, {"runs"}).as_array()[1].GetString("status"), "missed");
}

TEST(Grade, JournalsThatCannotBeRead) {
  const auto error_of = [](std::vector<std::string> lines) {
    const Result<Report> report = Grade(lines);
    EXPECT_FALSE(report.ok());
    return report.ok() ? "" : report.error().message;
  };
  const std::string run = HandJournal().lines[0];
  EXPECT_NE(error_of({}).find("no 'run' line"), std::string::npos);
  EXPECT_NE(error_of({run, "{"}).find("journal line 2"), std::string::npos);
  EXPECT_NE(error_of({run, "7"}).find("line 2: not a JSON object"), std::string::npos);
  EXPECT_NE(error_of({run, run}).find("second 'run' line"), std::string::npos);
  EXPECT_NE(error_of({run, R"({"type":"phase","t":1})"}).find("no 'run' number"),
            std::string::npos);
  EXPECT_NE(error_of({run, R"({"type":"attempt","run":1,"t":0,"id":1})"}).find("no 'cohort'"),
            std::string::npos);
  EXPECT_NE(error_of({R"({"type":"phase","run":1,"t":0,"name":"x"})"}).find("no 'run' line"),
            std::string::npos);
  HandJournal other;
  other.Change("\"version\":2", "\"version\":9");
  EXPECT_NE(error_of(other.lines).find("version 9 is not known"), std::string::npos);
  // Lines of kinds that a later version may add are left out.
  EXPECT_TRUE(Grade({run, R"({"type":"new-kind","run":1,"t":0})"}).ok());
}

TEST(Grade, TextWithALastLineThatWasCutOff) {
  const HandJournal j = HandJournal::Usual();
  std::string text;
  for (const std::string& line : j.Sealed()) text += line + "\n";
  const Result<Report> whole = GradeText(text);
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->exit_code, 0);
  const Result<Report> cut = GradeText(text + R"({"type":"att)");
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(ReportJson(*cut), ReportJson(*whole));
}

/// Stands behind all tests that grade: tests/drill/regrade.py finds the same numbers in each of
/// their journals.
TEST(Grade, TheOtherGraderAgrees) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "graded";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (size_t i = 0; i < AllGraded().size(); ++i) {
    std::ofstream journal(folder / fmt::format("{}.jsonl", i));
    for (const std::string& line : AllGraded()[i].lines) journal << line << "\n";
    std::ofstream(folder / fmt::format("{}.json", i)) << AllGraded()[i].report;
  }
  const std::string command =
      "python3 " LIFEBOAT_SOURCE_DIR "/tests/drill/regrade.py --folder " + folder.string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

RC_GTEST_PROP(GradeProperty, TheOrderOfLinesDoesNotMatter, ()) {
  HandJournal j = HandJournal::Bare();
  j.UsualEvents();
  j.Traffic(8, 16, 10, 11);
  j.Acked(Op::kCreate, "k2", 1, 7.0);
  j.Audit("k2", std::nullopt);
  j.FinalBoth("k2", 1);
  j.Change("\"version\":2", "\"version\":1");  // Which has no chain.
  std::vector<std::string> lines = j.Sealed();
  const Result<Report> before = Grade(lines);
  RC_ASSERT(before.ok());
  for (size_t i = lines.size(); i > 1; --i)
    std::swap(lines[i - 1], lines[*rc::gen::inRange<size_t>(0, i)]);
  const Result<Report> after = Grade(lines);
  RC_ASSERT(after.ok());
  // All but the digests of the file itself.
  json::Value a = before->json, b = after->json;
  for (const char* name : {"artifacts", "integrity"}) {
    a.if_object()->Erase(name);
    b.if_object()->Erase(name);
  }
  RC_ASSERT(json::Write(a) == json::Write(b));
}

RC_GTEST_PROP(GradeProperty, WritesThatSurviveNeverChangeTheRecoveryPoint, ()) {
  HandJournal j = HandJournal::Bare();
  j.Acked(Op::kCreate, "k2", 1, 7.0);
  j.Audit("k2", std::nullopt);
  j.FinalBoth("k2", 1);
  const int count = *rc::gen::inRange(1, 20);
  for (int i = 0; i < count; ++i) {
    const std::string key = "s" + std::to_string(i);
    // Before T0 from either region, after it from the survivor.
    const double acked = *rc::gen::inRange(1, 190) / 10.0;
    const bool east = acked <= 10 && *rc::gen::arbitrary<bool>();
    j.Acked(Op::kCreate, key, 1, acked, east ? "us-east-1" : "us-west-2");
    j.Audit(key, 1);
    j.FinalBoth(key, 1);
  }
  const Result<Report> report = Grade(j.Sealed());
  RC_ASSERT(report.ok());
  RC_ASSERT(report->json.FindPath({"rpo", "seconds"})->as_double() == 3.0);
  RC_ASSERT(report->json.FindPath({"rpo", "missing_count"})->as_int() == 1);
}

RC_GTEST_PROP(GradeProperty, AnEarlierLossNeverMakesTheRecoveryPointBetter, ()) {
  HandJournal j = HandJournal::Bare();
  double worst = 0;
  const int count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) {
    const double acked = *rc::gen::inRange(1, 99) / 10.0;
    const std::string key = "m" + std::to_string(i);
    j.Acked(Op::kCreate, key, 1, acked);
    j.Audit(key, std::nullopt);
    j.FinalBoth(key, 1);
    worst = std::max(worst, 10.0 - acked);
  }
  const Result<Report> report = Grade(j.Sealed());
  RC_ASSERT(report.ok());
  RC_ASSERT(std::abs(report->json.FindPath({"rpo", "seconds"})->as_double() - worst) < 1e-9);
  RC_ASSERT(report->json.FindPath({"rpo", "missing_count"})->as_int() == count);
}

}  // namespace
}  // namespace lifeboat::drill
