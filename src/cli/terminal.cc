#include "cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace lifeboat::cli {
namespace {

/// In plain lines a wait is announced once, not for each step of its count.
std::string WithoutDigits(std::string text) {
  std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return text;
}

}  // namespace

Terminal::Terminal(bool quiet) : quiet_(quiet), is_terminal_(isatty(STDOUT_FILENO) == 1) {}

void Terminal::Clear() {
  if (std::exchange(progress_shown_, false)) fmt::print("\r\x1b[K");
}

void Terminal::Line(const std::string& text) {
  Clear();
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

void Terminal::Progress(const std::string& waiting_for, Duration elapsed, Duration at_most) {
  if (quiet_) return;
  if (is_terminal_) {
    Clear();
    fmt::print("... {}  {:.0f}s", waiting_for, elapsed.seconds());
    if (at_most > Duration()) fmt::print(" of at most {:.0f}s", at_most.seconds());
    progress_shown_ = true;
  } else if (WithoutDigits(waiting_for) != std::exchange(last_plain_, WithoutDigits(waiting_for))) {
    fmt::print("... {}", waiting_for);
    if (at_most > Duration()) fmt::print(" (at most {:.0f}s)", at_most.seconds());
    fmt::print("\n");
  }
  std::fflush(stdout);
}

}  // namespace lifeboat::cli
