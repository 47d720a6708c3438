// Curtain: hides what a drill shows from the person who is to decide without knowing that, when and
// how a region is taken away. What was hidden is shown in its order once the curtain opens.
#pragma once

#include <string>
#include <vector>

#include "drill/display.h"

namespace lifeboat::drill {

class Curtain final : public Display {
 public:
  /// `behind` must outlive it. The curtain is open.
  explicit Curtain(Display& behind) : behind_(behind) {}

  /// From now on only `instead` is shown as what is waited for, and no time.
  void Close(std::string instead);
  void Open();
  bool closed() const { return closed_; }
  /// Shown at once, closed or not.
  void Say(const std::string& text) { behind_.Line(text); }

  void Line(const std::string& text) override;
  void Progress(const std::string& waiting_for, Duration elapsed, Duration at_most) override;
  void OnVerified() override { behind_.OnVerified(); }

 private:
  Display& behind_;
  bool closed_ = false;
  std::string instead_;
  std::vector<std::string> held_;
};

}  // namespace lifeboat::drill
