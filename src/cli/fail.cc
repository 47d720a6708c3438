#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.h"

namespace lifeboat::cli {

int Fail(const std::string& message, int code) {
  fmt::print(stderr, "lifeboat: {}\n", message);
  return code;
}

}  // namespace lifeboat::cli
