// The program's version, for --version and for reports.
#pragma once

#include <string_view>

namespace lifeboat::cli {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace lifeboat::cli
