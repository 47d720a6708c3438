// Which runtimes functions may have: those that run here, those that AWS has retired, and those
// that AWS has but this system cannot run. And which program of a machine runs one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lifeboat::lambda {

/// When the world takes place: a lab of the time when today's retired runtimes were current, or
/// now.
enum class Era { kToday, kLab };

enum class Language { kNative, kNode, kPython, kOther };

struct Runtime {
  std::string_view name;
  Language language = Language::kOther;
  int release = 0;  ///< Of Node.js the major version, of Python 3 the minor one; else 0.
  bool retired = false;
};

/// By language, the newest first.
std::span<const Runtime> Runtimes();
/// nullptr: AWS has none of that name.
const Runtime* FindRuntime(std::string_view name);

enum class RuntimeSupport {
  kRuns,          ///< Given a program that does it.
  kRetired,       ///< AWS refuses to create and to update functions with it.
  kNotSupported,  ///< AWS has it, this system doesn't run it.
  kUnknown,
};

RuntimeSupport ClassifyRuntime(std::string_view runtime, Era era);

/// A program of this machine that runs functions of a language.
struct Interpreter {
  Language language = Language::kOther;
  std::string path;
  std::string version;  ///< `20.11.1`
  int release = 0;      ///< As Runtime's.
};

/// The interpreter of that version; nullopt for one that our clients don't run on (before Node.js
/// 18, Python 3.9), or a version that can't be read.
std::optional<Interpreter> MakeInterpreter(Language language, std::string path,
                                           std::string_view version);

/// Whether it is the very release that the runtime names; else it stands in for it.
inline bool IsExact(const Interpreter& interpreter, const Runtime& runtime) {
  return interpreter.release == runtime.release;
}

}  // namespace lifeboat::lambda
