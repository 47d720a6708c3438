#include "drill/live_timeline.h"

#include "drill/grader/run_timeline.h"

namespace lifeboat::drill {

void LiveTimeline::Print(const TimelineEntry& entry) { display_.Line(FormatEntry(entry)); }

void LiveTimeline::PrintOnce(const std::string& id, const TimelineEntry& entry) {
  if (printed_.insert(id).second) Print(entry);
}

void LiveTimeline::OnRequestEnd(const RequestEnd& end) {
  if (baseline_began_ && !baseline_ended_ && end.point.scheduled >= *baseline_began_) {
    ++baseline_requests_;
    baseline_correct_ += end.point.correct ? 1 : 0;
  }
  if (!t0_) return;
  const RequestClass request_class = ClassOf(end.op);
  if (!end.point.correct && end.done >= *asked_) {
    if (!first_failure_) first_failure_ = end.done;
    PrintOnce("first failure", entries::FirstFailure(end.done, ToString(request_class),
                                                     rules_.cohorts[end.cohort].name));
  }
  if (end.point.scheduled < *t0_) return;
  RequestPoint point = end.point;
  if (!Excused(end)) point.correct = false;
  windows_.try_emplace({end.cohort, request_class}, rules_.window, *t0_).first->second.Add(point);
}

/// A missing item excuses a request, until more than one in twenty is answered so: then the region
/// answers without data, and that is no recovery.
bool LiveTimeline::Excused(const RequestEnd& end) {
  constexpr size_t kRecent = 100;
  constexpr size_t kMost = 5;
  Absences& series = absences_[{end.cohort, ClassOf(end.op)}];
  series.recent.push_back(end.absent);
  series.absent += end.absent ? 1 : 0;
  if (series.recent.size() > kRecent) {
    series.absent -= series.recent.front() ? 1 : 0;
    series.recent.pop_front();
  }
  return !end.absent || series.absent <= kMost;
}

bool LiveTimeline::EndBaseline() {
  baseline_ended_ = true;
  Print(entries::Baseline(*baseline_began_, baseline_requests_, baseline_correct_));
  return baseline_requests_ > 0 &&
         static_cast<double>(baseline_correct_) >=
             rules_.baseline_success * static_cast<double>(baseline_requests_) - 1e-9;
}

void LiveTimeline::BeginOutage() {
  for (std::optional<int64_t>* time : {&asked_, &t0_, &t1_, &t3_, &healed_, &first_failure_})
    time->reset();
  printed_.clear();
  windows_.clear();
  absences_.clear();
  recovery_ = {};
}

void LiveTimeline::OnFault(int64_t t0, int64_t asked, const std::string& what) {
  t0_ = t0;
  asked_ = asked;
  Print(what.empty() ? entries::NoFault(t0) : entries::FaultInForce(t0, asked, what));
}

void LiveTimeline::OnOtherFault(int64_t t, int64_t asked, const std::string& what) {
  TimelineEntry entry = entries::FaultInForce(t, asked, what);
  entry.mark.clear();
  Print(entry);
}

void LiveTimeline::OnHealth(int64_t t, const HealthEvent& event) {
  if (!t0_ || event.healthy || t1_ || healed_) return;
  if (!event.region.empty() && event.region != rules_.lost_region) return;
  t1_ = t;
  Print(entries::Detected(t, *t0_, event.checkers_healthy, event.checkers));
  if (rules_.decided_by == "health-check") Print(entries::Decided(t, t));
}

void LiveTimeline::OnDecided(int64_t t2, const std::string& by) {
  // A person may be quicker than the checkers.
  Print(entries::Decided(t2, std::min(t2, t1_.value_or(t0_.value_or(t2))), by));
}

void LiveTimeline::OnExecuted(int64_t t3) {
  if (!t0_ || t3_) return;
  t3_ = t3;
  std::string survivors;
  for (const std::string& region : rules_.survivors)
    survivors += (survivors.empty() ? "" : ", ") + region;
  Print(entries::Executed(t3, t1_.value_or(*t0_), survivors));
}

void LiveTimeline::Poll(int64_t settled) {
  if (!t0_) return;
  recovery_ = {};
  for (size_t i = 0; i < rules_.cohorts.size(); ++i)
    for (const RequestClass request_class : {RequestClass::kRead, RequestClass::kWrite}) {
      const double rate =
          request_class == RequestClass::kRead ? rules_.read_rate : rules_.write_rate;
      if (rate <= 0) continue;
      GoodWindow& window =
          windows_.try_emplace({i, request_class}, rules_.window, *t0_).first->second;
      window.Advance(settled);
      recovery_.series.push_back(
          {rules_.cohorts[i].name, request_class, rules_.cohorts[i].counted, window.start(), 0});
    }
  SumUp(recovery_);
  for (const CohortRule& cohort : rules_.cohorts)
    if (const auto good = CohortGoodFrom(recovery_, cohort.name))
      PrintOnce("cohort " + cohort.name, entries::CohortGood(*good, cohort.name));
  if (recovery_.t4)
    PrintOnce("T4", entries::ClientsSeeIt(*recovery_.t4, t3_.value_or(*t0_), recovery_.last_cohort,
                                          NeverRecovered(rules_, recovery_)));
}

std::string LiveTimeline::waiting_for() const {
  std::string cohorts;
  for (const CohortRule& cohort : rules_.cohorts)
    if (cohort.counted && !CohortGoodFrom(recovery_, cohort.name))
      cohorts += (cohorts.empty() ? "" : ", ") + cohort.name;
  return fmt::format("a good window of {} for {}",
                     FormatDuration(Duration::Micros(rules_.window.window)), cohorts);
}

void LiveTimeline::OnAudited(int64_t t, int64_t writes) {
  if (!recovery_.t4) return;
  Print(
      entries::Verified(std::max(t, *recovery_.t4 + rules_.window.window), *recovery_.t4, writes));
}

void LiveTimeline::OnHealed(int64_t t, const std::string& what, bool last) {
  if (last) healed_ = t;
  Print(entries::Healed(t, what));
}

void LiveTimeline::OnFailback(int64_t t) {
  PrintOnce("failback", entries::FailedBack(t, healed_.value_or(t)));
}

void LiveTimeline::OnFailbackGood(int64_t t6, std::optional<int64_t> committed) {
  const int64_t begin = committed.value_or(healed_.value_or(t6));
  PrintOnce("failback good", entries::FailbackGood(t6, begin, std::nullopt));
}

void LiveTimeline::OnConverged(int64_t t, bool equal) {
  PrintOnce(equal ? "converged" : "not converged",
            entries::Converged(t, healed_.value_or(t), equal));
}

}  // namespace lifeboat::drill
