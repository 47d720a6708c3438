// The journal: one JSON line for every attempt and every event of a drill. It is the truth; the
// report is computed from it and from nothing else. Its lines are described in docs/drill.md.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/time.h"
#include "drill/journal_lines.h"
#include "json/value.h"

namespace lifeboat::drill {

/// A rolling hash over the lines of a journal in file order: h0 is SHA-256 of nothing, each line
/// makes h = SHA-256(h as 32 bytes, then the line without its line end).
class JournalChain {
 public:
  JournalChain();
  void Add(std::string_view line);
  /// In lower-case hex.
  std::string hex() const;

 private:
  std::string hash_;
};

/// Where the journal goes. A line has no line end. Lines come in the order in which things were
/// noted, which is not quite the order of their times.
class JournalSink {
 public:
  virtual ~JournalSink() = default;
  virtual void Append(std::string_view line) = 0;
};

class Journal {
 public:
  Journal(JournalSink& sink, const Clock& clock) : sink_(sink), clock_(clock) {}

  /// From now on lines belong to run `number` (from 1), and times count from now.
  void BeginRun(int number);
  int run() const { return run_; }
  Instant start() const { return start_; }
  /// Microseconds since the run began.
  int64_t Micros(Instant t) const { return (t - start_).ns / 1000; }

  /// Appends the line; its `t` is now, or `at`.
  template <JournalLine L>
  void Note(const L& line) {
    NoteAt(clock_.Now(), line);
  }
  template <JournalLine L>
  void NoteAt(Instant at, const L& line) {
    Append(at, L::kType, ToJson(line));
  }
  /// The run's last line, with the counts of the lines before it and the chain so far.
  void End(std::string_view reason, const std::string& error = "");

 private:
  void Append(Instant at, std::string_view type, json::Object fields);

  JournalSink& sink_;
  const Clock& clock_;
  int run_ = 0;
  Instant start_;
  std::map<std::string, int64_t> counts_;  ///< Of this run's lines, by type.
  JournalChain chain_;
};

}  // namespace lifeboat::drill
