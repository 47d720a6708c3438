// Which runtimes functions may have: those that run here, those that AWS has retired, and those
// that AWS has but this system cannot run yet.
#pragma once

#include <string_view>

namespace lifeboat::lambda {

enum class RuntimeSupport {
  kRuns,
  kRetired,       ///< AWS refuses to create functions with it.
  kNotSupported,  ///< Current on AWS; not run by this system.
  kUnknown,
};

RuntimeSupport ClassifyRuntime(std::string_view runtime);

}  // namespace lifeboat::lambda
