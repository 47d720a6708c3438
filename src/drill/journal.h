// The journal: one JSON line for every attempt and every event of a drill. It is the truth; the
// report is computed from it and from nothing else. Its lines are described in docs/drill.md.
#pragma once

#include <string_view>

#include "base/time.h"
#include "drill/target.h"
#include "json/value.h"

namespace lifeboat::drill {

/// Of the first line of each run; raised when a line changes its meaning.
inline constexpr int kJournalVersion = 1;

class Journal {
 public:
  Journal(JournalSink& sink, const Clock& clock) : sink_(sink), clock_(clock) {}

  /// From now on lines belong to run `number` (from 1), and times count from now.
  void BeginRun(int number);
  int run() const { return run_; }
  Instant start() const { return start_; }
  /// Microseconds since the run began.
  int64_t Micros(Instant t) const { return (t - start_).ns / 1000; }

  /// Appends {"type","run","t", ...fields}; `t` is now, or `at`.
  void Note(std::string_view type, const json::Object& fields);
  void NoteAt(Instant at, std::string_view type, const json::Object& fields);

 private:
  JournalSink& sink_;
  const Clock& clock_;
  int run_ = 0;
  Instant start_;
};

}  // namespace lifeboat::drill
