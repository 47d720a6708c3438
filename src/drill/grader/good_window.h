// GoodWindow: from when on a class of requests is served well again, as
// docs/drill.md defines it. The runner and the grader use the same object, so
// that what ends the observation live is what is graded later.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "drill/grader/rules.h"

namespace lifeboat::drill {

/// Windows begin at T0 and every tenth of a second after it.
inline constexpr int64_t kWindowStep = 100'000;
/// More of a window's requests than this being excused means: answers without
/// data.
inline constexpr double kMaxExcused = 0.05;

/// One request as the good window sees it. Microseconds.
struct RequestPoint {
  int64_t scheduled = 0;
  int64_t latency = 0;  ///< From being scheduled to its end.
  bool correct = false;
  bool excused = false;  ///< Correct, but without the data that is missing.
};

/// Unknown: fewer requests than the rule asks for, which proves nothing.
enum class WindowVerdict { kGood, kBad, kUnknown };

/// Judges [begin, begin + rule.window); `points` sorted by scheduled time.
WindowVerdict JudgeWindow(const WindowRule& rule, const std::vector<RequestPoint>& points,
                          int64_t begin);

class GoodWindow {
 public:
  GoodWindow(const WindowRule& rule, int64_t t0) : rule_(rule), next_(t0) {}

  /// Points may come in any order, but before Advance() passes their scheduled
  /// time.
  void Add(const RequestPoint& point);
  /// Windows that begin before `t` are left out: not all faults were in force.
  void SkipTo(int64_t t);
  /// Judges every window that ends at `settled` or before: all requests that
  /// were scheduled earlier have ended.
  void Advance(int64_t settled);
  /// The begin of the first of the good windows since the last bad one. A
  /// relapse clears it.
  std::optional<int64_t> start() const { return start_; }
  /// Windows judged so far that had enough requests.
  int64_t judged() const { return judged_; }

 private:
  WindowRule rule_;
  int64_t next_;
  int64_t judged_ = 0;
  std::optional<int64_t> start_;
  std::vector<RequestPoint> points_;
};

}  // namespace lifeboat::drill
