#include "lambda/log_buffer.h"

#include "lambda/limits.h"

namespace lifeboat::lambda {

void LogBuffer::Append(WallTime time, std::string_view line) {
  lines_.push_back({time, std::string(line.substr(0, kMaxLogLineBytes))});
  bytes_ += lines_.back().text.size() + sizeof(LogLine);
  while (bytes_ > kMaxLogBytes) {
    bytes_ -= lines_.front().text.size() + sizeof(LogLine);
    lines_.pop_front();
  }
}

void LogTail::Append(std::string_view line) {
  text_.append(line).push_back('\n');
  if (text_.size() > kLogTailBytes) text_.erase(0, text_.size() - kLogTailBytes);
}

}  // namespace lifeboat::lambda
