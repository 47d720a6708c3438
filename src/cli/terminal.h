// What a drill shows while it runs: lines of its timeline and, on a terminal, one progress line
// that rewrites itself.
#pragma once

#include <functional>
#include <string>

#include "drill/display.h"

namespace lifeboat::cli {

class Terminal final : public drill::Display {
 public:
  /// `quiet`: no progress. Progress is plain lines, now and then, when standard output is no
  /// terminal.
  explicit Terminal(bool quiet);
  void Line(const std::string& text) override;
  void Progress(const std::string& waiting_for, Duration elapsed, Duration at_most) override;
  void OnVerified() override {
    if (on_verified) on_verified();
  }

  std::function<void()> on_verified;

 private:
  void Clear();

  const bool quiet_;
  const bool is_terminal_;
  bool progress_shown_ = false;
  std::string last_plain_;
};

}  // namespace lifeboat::cli
