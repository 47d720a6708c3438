#include "drill/grader/recovery.h"

#include <algorithm>
#include <map>

namespace lifeboat::drill {
namespace {

constexpr RequestClass kClasses[] = {RequestClass::kRead, RequestClass::kWrite};

double RateOf(const Rules& rules, RequestClass request_class) {
  return request_class == RequestClass::kRead ? rules.read_rate : rules.write_rate;
}

/// Points of one class and cohort that are scheduled at `from` or later, in
/// order.
std::vector<RequestPoint> PointsOf(const std::vector<Request>& requests, const std::string& cohort,
                                   RequestClass request_class, Micros from, Micros until) {
  std::vector<RequestPoint> points;
  for (const Request& r : requests)
    if (r.cohort == cohort && ClassOf(r.op) == request_class && r.scheduled >= from &&
        r.scheduled < until)
      points.push_back(r.point());
  return points;
}

struct Judged {
  SeriesRecovery series;
  GoodWindow window;
};

std::vector<Judged> BeginSeries(const Rules& rules, const CountedCohorts& counted,
                                const std::vector<Request>& requests, const Outage& outage,
                                Micros until) {
  std::vector<Judged> all;
  for (const CohortRule& cohort : rules.cohorts)
    for (const RequestClass request_class : kClasses) {
      if (RateOf(rules, request_class) <= 0) continue;
      SeriesRecovery series;
      series.cohort = cohort.name;
      series.request_class = request_class;
      series.counted = Contains(counted, cohort.name);
      GoodWindow window(rules.window, *outage.t0);
      for (const RequestPoint& point :
           PointsOf(requests, cohort.name, request_class, *outage.t0, until)) {
        window.Add(point);
        ++series.samples;
      }
      window.SkipTo(outage.all_in_force.value_or(*outage.t0));
      all.push_back({std::move(series), std::move(window)});
    }
  return all;
}

Recovery Collect(const std::vector<Judged>& all) {
  Recovery recovery;
  for (const Judged& one : all) {
    recovery.series.push_back(one.series);
    recovery.series.back().good_from = one.window.start();
    recovery.series.back().judged = one.window.judged();
  }
  SumUp(recovery);
  return recovery;
}

bool ServedWell(const Rules& rules, const RequestPoint& point) {
  return point.correct && !point.excused && point.latency <= rules.window.p99;
}

std::string CauseAt(const Outage& outage, Micros t) {
  if (!outage.heal_asked || t < *outage.heal_asked) return "before-the-heal";
  return !outage.healed || t < *outage.healed ? "heal" : "failback";
}

/// From the bad windows that begin in [first, last]: the requests that made
/// them bad.
Relapse MakeRelapse(const Rules& rules, const std::vector<RequestPoint>& points, Micros first,
                    Micros last) {
  Relapse relapse;
  relapse.from = first;
  relapse.to = last + rules.window.window;
  bool found = false;
  for (const RequestPoint& point : points) {
    if (point.scheduled < first || point.scheduled >= last + rules.window.window) continue;
    if (ServedWell(rules, point)) continue;
    if (!found) relapse.from = point.scheduled;
    relapse.to = point.scheduled;
    found = true;
  }
  return relapse;
}

}  // namespace

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void SumUp(Recovery& recovery) {
  recovery.t4.reset();
  recovery.last_cohort.clear();
  for (const SeriesRecovery& series : recovery.series) {
    if (!series.counted) continue;
    if (!series.good_from) {
      recovery.t4.reset();
      recovery.last_cohort = series.cohort;
      return;
    }
    if (recovery.t4 && *series.good_from <= *recovery.t4) continue;
    recovery.t4 = series.good_from;
    recovery.last_cohort = series.cohort;
  }
}

Recovery FindRecovery(const Rules& rules, const CountedCohorts& counted,
                      const std::vector<Request>& requests, const Outage& outage, Micros until) {
  std::vector<Judged> all = BeginSeries(rules, counted, requests, outage, until);
  for (Judged& one : all) one.window.Advance(until);
  return Collect(all);
}

Recovery FindFirstRecovery(const Rules& rules, const CountedCohorts& counted,
                           const std::vector<Request>& requests, const Outage& outage,
                           Micros not_before, Micros until) {
  std::vector<Judged> all = BeginSeries(rules, counted, requests, outage, until);
  for (Micros end = *outage.t0 + rules.window.window; end <= until; end += kWindowStep) {
    for (Judged& one : all) one.window.Advance(end);
    const bool recovered = std::all_of(all.begin(), all.end(), [](const Judged& one) {
      return !one.series.counted || one.window.start().has_value();
    });
    if (recovered && end >= not_before) break;
  }
  return Collect(all);
}

std::vector<Relapse> FindRelapses(const Rules& rules, const CountedCohorts& counted,
                                  const std::vector<Request>& requests, const Outage& outage,
                                  Micros from) {
  std::vector<Relapse> out;
  // The grid of windows goes on where it has begun, at T0.
  const Micros behind = (from - *outage.t0 + kWindowStep - 1) / kWindowStep;
  const Micros first_window = *outage.t0 + std::max<Micros>(0, behind) * kWindowStep;
  for (const std::string& cohort : counted)
    for (const RequestClass request_class : kClasses) {
      const std::vector<RequestPoint> points =
          PointsOf(requests, cohort, request_class, first_window, outage.until);
      std::optional<Micros> first, last;
      const auto flush = [&] {
        if (!first) return;
        Relapse relapse = MakeRelapse(rules, points, *first, *last);
        relapse.cohort = cohort;
        relapse.request_class = request_class;
        relapse.cause = CauseAt(outage, relapse.from);
        out.push_back(std::move(relapse));
        first.reset();
      };
      for (Micros begin = first_window; begin + rules.window.window <= outage.until;
           begin += kWindowStep) {
        const WindowVerdict verdict = JudgeWindow(rules.window, points, begin);
        if (verdict == WindowVerdict::kGood) flush();
        if (verdict != WindowVerdict::kBad) continue;
        if (!first) first = begin;
        last = begin;
      }
      flush();
    }
  return out;
}

std::vector<BadSeconds> CountBadSeconds(const Rules& rules, const CountedCohorts& counted,
                                        const std::vector<Request>& requests, Micros from,
                                        Micros to) {
  constexpr Micros kSecond = 1'000'000;
  struct Count {
    int64_t all = 0;
    int64_t correct = 0;
  };
  std::map<std::pair<std::string, RequestClass>, std::map<Micros, Count>> cells;
  for (const Request& r : requests) {
    if (r.scheduled < from || r.scheduled - from >= (to - from) / kSecond * kSecond) continue;
    Count& count = cells[{r.cohort, ClassOf(r.op)}][(r.scheduled - from) / kSecond];
    ++count.all;
    count.correct += r.correct ? 1 : 0;
  }
  std::vector<BadSeconds> out;
  for (const CohortRule& cohort : rules.cohorts)
    for (const RequestClass request_class : kClasses) {
      if (RateOf(rules, request_class) <= 0) continue;
      BadSeconds one{cohort.name, request_class, Contains(counted, cohort.name), 0, 0, 0};
      for (const auto& [second, count] : cells[{cohort.name, request_class}]) {
        one.scheduled += count.all;
        one.failed += count.all - count.correct;
        const bool bad = static_cast<double>(count.correct) <
                         rules.window.bucket_success * static_cast<double>(count.all) - 1e-9;
        one.seconds += bad ? 1 : 0;
      }
      out.push_back(std::move(one));
    }
  return out;
}

int64_t WorstBadSeconds(const std::vector<BadSeconds>& series) {
  int64_t worst = 0;
  for (const BadSeconds& one : series)
    if (one.counted) worst = std::max(worst, one.seconds);
  return worst;
}

Phases SplitRto(const Outage& outage, std::optional<Micros> t4) {
  Phases phases;
  if (!outage.t0 || !t4) return phases;
  Micros at = *outage.t0;
  const auto part = [&](std::optional<Micros> end) -> std::optional<Micros> {
    if (!end) return std::nullopt;
    const Micros clipped = std::max(at, std::min(*end, *t4));
    const Micros length = clipped - at;
    at = clipped;
    return length;
  };
  phases.detect = part(outage.t1);
  phases.decide = part(outage.t2);
  phases.execute = part(outage.t3);
  phases.clients = part(*t4);
  return phases;
}

std::string RecoveredBy(const Rules& rules, const Outage& outage, std::optional<Micros> t4) {
  if (!t4) return "";
  if (outage.heal_asked && *t4 + rules.window.window > *outage.heal_asked) return "heal";
  return outage.t3 ? "failover" : "clients";
}

}  // namespace lifeboat::drill
