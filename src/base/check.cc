#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace lifeboat {

void CheckFailed(const char* what, const std::source_location& where) {
  std::fprintf(stderr, "%s:%u: check failed: %s\n", where.file_name(),
               static_cast<unsigned>(where.line()), what);
  std::abort();
}

}  // namespace lifeboat
