#include "lambda/runtimes.h"

#include <algorithm>

#include "base/bytes.h"

namespace lifeboat::lambda {
namespace {

constexpr int kOldestNode = 18;
constexpr int kOldestPython = 9;

// Developer Guide, "Lambda runtimes" and "Runtime deprecation policy", as of December 2026: those
// whose functions can't be created any more are retired.
constexpr Runtime kRuntimes[] = {
    {"provided.al2023", Language::kNative},
    {"provided.al2", Language::kNative},
    {"provided", Language::kOther, 0, true},
    {"nodejs24.x", Language::kNode, 24},
    {"nodejs22.x", Language::kNode, 22},
    {"nodejs20.x", Language::kNode, 20, true},
    {"nodejs18.x", Language::kNode, 18, true},
    {"nodejs16.x", Language::kNode, 16, true},
    {"nodejs14.x", Language::kNode, 14, true},
    {"nodejs12.x", Language::kNode, 12, true},
    {"nodejs10.x", Language::kNode, 10, true},
    {"nodejs8.10", Language::kNode, 8, true},
    {"nodejs6.10", Language::kNode, 6, true},
    {"nodejs4.3", Language::kNode, 4, true},
    {"nodejs4.3-edge", Language::kOther, 0, true},
    {"nodejs", Language::kOther, 0, true},
    {"python3.14", Language::kPython, 14},
    {"python3.13", Language::kPython, 13},
    {"python3.12", Language::kPython, 12},
    {"python3.11", Language::kPython, 11},
    {"python3.10", Language::kPython, 10},
    {"python3.9", Language::kPython, 9, true},
    {"python3.8", Language::kPython, 8, true},
    {"python3.7", Language::kPython, 7, true},
    {"python3.6", Language::kPython, 6, true},
    {"python2.7", Language::kOther, 0, true},
    {"java25", Language::kOther},
    {"java21", Language::kOther},
    {"java17", Language::kOther},
    {"java11", Language::kOther},
    {"java8.al2", Language::kOther},
    {"java8", Language::kOther, 0, true},
    {"dotnet10", Language::kOther},
    {"dotnet8", Language::kOther},
    {"dotnet7", Language::kOther, 0, true},
    {"dotnet6", Language::kOther, 0, true},
    {"dotnet5.0", Language::kOther, 0, true},
    {"dotnetcore3.1", Language::kOther, 0, true},
    {"dotnetcore2.1", Language::kOther, 0, true},
    {"dotnetcore2.0", Language::kOther, 0, true},
    {"dotnetcore1.0", Language::kOther, 0, true},
    {"ruby3.4", Language::kOther},
    {"ruby3.3", Language::kOther},
    {"ruby3.2", Language::kOther, 0, true},
    {"ruby2.7", Language::kOther, 0, true},
    {"ruby2.5", Language::kOther, 0, true},
    {"go1.x", Language::kOther, 0, true},
};

}  // namespace

std::span<const Runtime> Runtimes() { return kRuntimes; }

const Runtime* FindRuntime(std::string_view name) {
  const auto found = std::find_if(std::begin(kRuntimes), std::end(kRuntimes),
                                  [&](const Runtime& runtime) { return runtime.name == name; });
  return found == std::end(kRuntimes) ? nullptr : found;
}

RuntimeSupport ClassifyRuntime(std::string_view name, Era era) {
  const Runtime* runtime = FindRuntime(name);
  if (!runtime) return RuntimeSupport::kUnknown;
  if (runtime->retired && era == Era::kToday) return RuntimeSupport::kRetired;
  if (runtime->language == Language::kOther) return RuntimeSupport::kNotSupported;
  return RuntimeSupport::kRuns;
}

std::optional<Interpreter> MakeInterpreter(Language language, std::string path,
                                           std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  const std::vector<std::string_view> parts = Split(version, '.');
  if (parts.size() != 3) return std::nullopt;
  const auto major = ParseUint(parts[0]);
  const auto minor = ParseUint(parts[1]);
  if (!major || !minor) return std::nullopt;
  const bool is_node = language == Language::kNode;
  if (!is_node && *major != 3) return std::nullopt;
  const int release = static_cast<int>(is_node ? *major : *minor);
  if (release < (is_node ? kOldestNode : kOldestPython)) return std::nullopt;
  return Interpreter{language, std::move(path), std::string(version), release};
}

}  // namespace lifeboat::lambda
