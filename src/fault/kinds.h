// The table of fault kinds: the only place that knows which faults there are, what each is told and
// how it is spoken of. The scenario, `lifeboat fault`, the control API, the simulator and
// docs/faults.md read it; a further kind is a row here, its effect, its test and its example.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lifeboat::fault {

enum class Kind : uint8_t {
  kKill,
  kFreeze,
  kCut,
  kReplicationPause,
  kReplicationLag,
  kSlow,
  kApiError,
  kThrottle,
  kNameEmpty,
  kHealthInvert,
  kCheckerBlind,
  kNameServerKill,
  kNameServerFreeze,
  kControlPlane,
  kClockSkew,
  kDiskLost,
  kDiskRolledBack,
  kCorrupt,
  kRun,
  kObserver,
};

/// Who carries a fault out.
enum class Doer : uint8_t {
  kProcesses,  ///< The supervisor, on processes and their folders.
  kTable,      ///< Regions, name server and edge obey the table of faults that they are given.
  kDrill,      ///< The drill's own machine: a command, or nobody at all.
  kNobody,     ///< Known by name, and not supported yet.
};

/// What a parameter's text means.
enum class Form : uint8_t {
  kRegion,          ///< A region of the world.
  kLink,            ///< `A:B`, the direction from A to B.
  kDuration,        ///< `300ms`, above zero.
  kSignedDuration,  ///< `-90s`
  kShare,           ///< `50%`, kept as 0.5.
  kInteger,         ///< Within `least` and `greatest`.
  kWord,            ///< One of `words`.
  kYesNo,
  kText,
};

struct Parameter {
  std::string_view name;  ///< The scenario's key, `--name`, the JSON member.
  Form form = Form::kText;
  std::string_view help;
  std::string_view fallback;  ///< As it would be written; empty: none.
  bool required = false;
  std::string_view words;  ///< kWord: separated by `|`.
  int64_t least = 0, greatest = 0;
};

/// When a fault takes a region, so that T0 belongs to it (docs/drill.md).
enum class Takes : uint8_t {
  kNo,
  kYes,
  kIfRegionNamed,  ///< Not when it is put on a link.
  kIfMost,         ///< From a share of 50 % on.
  kIfTables,       ///< When the service is DynamoDB.
  kAsTold,         ///< By its parameter `takes_region`.
};

struct KindInfo {
  Kind kind = Kind::kKill;
  std::string_view name;
  std::string_view what;  ///< One sentence: its effect.
  Doer doer = Doer::kNobody;
  Takes takes = Takes::kNo;
  std::span<const Parameter> parameters;
  /// Parameters of which exactly one must be given, separated by `|`; empty: no such rule.
  std::string_view one_of;
  /// For the timeline; `{name}` stands for a parameter, `{place}` for where it is.
  std::string_view begun, ended;
};

/// An action id of AWS's Fault Injection Service that can stand for a kind, with what it sets.
struct Alias {
  std::string_view action;
  Kind kind = Kind::kKill;
  std::string_view sets, value;  ///< A parameter and its text, unless something else is written.
  std::string_view sets_too, value_too;
};

/// In the order of docs/faults.md.
std::span<const KindInfo> Kinds();
const KindInfo& InfoOf(Kind kind);
std::span<const Alias> Aliases();
const Alias* FindAlias(std::string_view action);
/// By name or FIS action id; nullptr when there is none.
const KindInfo* FindKind(std::string_view text);
std::string_view ToString(Kind kind);
/// `kill, freeze, cut, ...`: those that are supported.
std::string KindNames();

const Parameter* FindParameter(const KindInfo& info, std::string_view name);

}  // namespace lifeboat::fault
