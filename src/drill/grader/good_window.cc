#include "drill/grader/good_window.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

struct Count {
  int64_t all = 0;
  int64_t correct = 0;
  /// A small tolerance keeps 99 of 100 at "0.99" whatever the floating point
  /// says.
  bool Reaches(double share) const {
    return static_cast<double>(correct) >= share * static_cast<double>(all) - 1e-9;
  }
};

bool EarlierThan(const RequestPoint& point, int64_t t) { return point.scheduled < t; }

}  // namespace

WindowVerdict JudgeWindow(const WindowRule& rule, const std::vector<RequestPoint>& points,
                          int64_t begin) {
  const int64_t end = begin + rule.window;
  auto it = std::lower_bound(points.begin(), points.end(), begin, EarlierThan);
  Count whole;
  int64_t quick = 0;
  int64_t excused = 0;
  bool buckets_good = true;
  for (int64_t bucket_end = begin + rule.bucket; bucket_end - rule.bucket < end;
       bucket_end += rule.bucket) {
    Count bucket;
    for (; it != points.end() && it->scheduled < std::min(bucket_end, end); ++it) {
      ++bucket.all;
      bucket.correct += it->correct ? 1 : 0;
      quick += it->latency <= rule.p99 ? 1 : 0;
      excused += it->excused ? 1 : 0;
    }
    buckets_good = buckets_good && bucket.all > 0 && bucket.Reaches(rule.bucket_success);
    whole.all += bucket.all;
    whole.correct += bucket.correct;
  }
  if (whole.all < rule.min_samples) return WindowVerdict::kUnknown;
  // The nearest-rank p99 is within the limit when at least 99 % of the requests
  // are.
  const int64_t rank = (whole.all * 99 + 99) / 100;
  const bool has_data =
      static_cast<double>(excused) <= kMaxExcused * static_cast<double>(whole.all) + 1e-9;
  const bool good = buckets_good && whole.Reaches(rule.success) && quick >= rank && has_data;
  return good ? WindowVerdict::kGood : WindowVerdict::kBad;
}

void GoodWindow::SkipTo(int64_t t) {
  while (next_ < t) next_ += kWindowStep;
}

void GoodWindow::Add(const RequestPoint& point) {
  auto it = points_.end();
  while (it != points_.begin() && std::prev(it)->scheduled > point.scheduled) --it;
  points_.insert(it, point);
}

void GoodWindow::Advance(int64_t settled) {
  for (; next_ + rule_.window <= settled; next_ += kWindowStep) {
    const WindowVerdict verdict = JudgeWindow(rule_, points_, next_);
    if (verdict == WindowVerdict::kUnknown) continue;
    ++judged_;
    if (verdict == WindowVerdict::kBad) {
      start_.reset();
    } else if (!start_) {
      start_ = next_;
    }
  }
}

}  // namespace lifeboat::drill
