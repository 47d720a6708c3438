#include "drill/curtain.h"

#include <utility>

namespace lifeboat::drill {

void Curtain::Close(std::string instead) {
  closed_ = true;
  instead_ = std::move(instead);
}

void Curtain::Open() {
  closed_ = false;
  for (const std::string& line : std::exchange(held_, {})) behind_.Line(line);
}

void Curtain::Line(const std::string& text) {
  if (closed_)
    held_.push_back(text);
  else
    behind_.Line(text);
}

void Curtain::Progress(const std::string& waiting_for, Duration elapsed, Duration at_most) {
  if (closed_)
    behind_.Progress(instead_, {}, {});
  else
    behind_.Progress(waiting_for, elapsed, at_most);
}

}  // namespace lifeboat::drill
