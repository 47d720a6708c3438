// TypedLines: what a person types at the terminal while a drill runs.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "drill/prompt.h"
#include "net/descriptor.h"

namespace lifeboat::cli {

class TypedLines final : public drill::Prompt {
 public:
  /// Somebody sits at a terminal that shows what we print and gives us what they type.
  static bool Possible();
  /// Reads the terminal of the standard input.
  static Result<std::unique_ptr<TypedLines>> Open(net::EventLoop& loop);
  void Listen(std::function<void(const std::string&)> on_line) override;

 private:
  TypedLines(net::EventLoop& loop, int fd) : terminal_(loop, fd) {}
  void Await();
  void Read();

  net::Descriptor terminal_;
  std::string rest_;
  std::function<void(const std::string&)> on_line_;
};

}  // namespace lifeboat::cli
