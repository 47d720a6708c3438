// What a function has written lately, and Lambda about it: a bounded list of lines.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "base/time.h"

namespace lifeboat::lambda {

struct LogLine {
  WallTime time;
  std::string text;  ///< Without the newline.
};

/// Keeps the newest lines up to kMaxLogBytes; a longer line than kMaxLogLineBytes is cut.
class LogBuffer {
 public:
  void Append(WallTime time, std::string_view line);
  const std::deque<LogLine>& lines() const { return lines_; }

 private:
  std::deque<LogLine> lines_;
  size_t bytes_ = 0;
};

/// The last kLogTailBytes of the lines of one invocation, for X-Amz-Log-Result.
class LogTail {
 public:
  void Append(std::string_view line);
  void Clear() { text_.clear(); }
  std::string_view text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace lifeboat::lambda
