// Prompt: what a person types while a drill runs.
#pragma once

#include <functional>
#include <string>

namespace lifeboat::drill {

class Prompt {
 public:
  virtual ~Prompt() = default;
  /// `on_line` gets each line that is typed from now on, without its end, on the thread that owns
  /// the drill and never inside this call. The listener before gets no more.
  virtual void Listen(std::function<void(const std::string&)> on_line) = 0;
};

}  // namespace lifeboat::drill
