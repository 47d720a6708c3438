#include "lambda/runtimes.h"

#include <algorithm>

namespace lifeboat::lambda {
namespace {

// Developer Guide, "Lambda runtimes" and "Runtime deprecation policy", as of 2026.
constexpr std::string_view kRuns[] = {"provided.al2", "provided.al2023"};
constexpr std::string_view kRetired[] = {
    "nodejs",        "nodejs4.3",     "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x",
    "nodejs12.x",    "nodejs14.x",    "nodejs16.x",     "nodejs18.x", "nodejs20.x", "java8",
    "python2.7",     "python3.6",     "python3.7",      "python3.8",  "python3.9",  "dotnetcore1.0",
    "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1",  "dotnet5.0",  "dotnet6",    "dotnet7",
    "go1.x",         "ruby2.5",       "ruby2.7",        "ruby3.2",    "provided",
};
constexpr std::string_view kCurrent[] = {
    "nodejs22.x", "nodejs24.x", "java8.al2",  "java11",     "java17",     "java21",
    "java25",     "python3.10", "python3.11", "python3.12", "python3.13", "python3.14",
    "dotnet8",    "dotnet10",   "ruby3.3",    "ruby3.4",
};

template <size_t N>
bool Has(const std::string_view (&list)[N], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

}  // namespace

RuntimeSupport ClassifyRuntime(std::string_view runtime) {
  if (Has(kRuns, runtime)) return RuntimeSupport::kRuns;
  if (Has(kRetired, runtime)) return RuntimeSupport::kRetired;
  if (Has(kCurrent, runtime)) return RuntimeSupport::kNotSupported;
  return RuntimeSupport::kUnknown;
}

}  // namespace lifeboat::lambda
