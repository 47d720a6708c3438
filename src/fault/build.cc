// From what somebody wrote to a fault, by the table of kinds.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/bytes.h"
#include "fault/fault.h"

namespace lifeboat::fault {
namespace {

std::string Join(std::span<const std::string> words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string ParameterNames(const KindInfo& info) {
  std::string out;
  for (const Parameter& parameter : info.parameters)
    out.append(out.empty() ? "" : ", ").append(parameter.name);
  return out;
}

/// What is written instead of a value that is missing or wrong.
std::string Example(const Parameter& parameter) {
  switch (parameter.form) {
    case Form::kRegion:
      return "us-east-1";
    case Form::kLink:
      return "us-east-1:us-west-2";
    case Form::kDuration:
      return "5s";
    case Form::kSignedDuration:
      return "90s or -90s";
    case Form::kShare:
      return "50%";
    case Form::kInteger:
      return fmt::format("a number from {} to {}", parameter.least, parameter.greatest);
    case Form::kWord: {
      std::string words;
      for (const std::string_view word : Split(parameter.words, '|'))
        words.append(words.empty() ? "" : ", ").append(word);
      return "one of: " + words;
    }
    case Form::kYesNo:
      return "yes or no";
    case Form::kText:
      return "some text";
  }
  return "";
}

Error Wrong(const Parameter& parameter, std::string_view text) {
  return InvalidError(
      fmt::format("'{}' is no value for '{}'; write {}", text, parameter.name, Example(parameter)));
}

Result<Value> ReadDuration(const Parameter& parameter, std::string_view text) {
  const bool negative = parameter.form == Form::kSignedDuration && text.starts_with('-');
  const bool plus = parameter.form == Form::kSignedDuration && text.starts_with('+');
  const auto size = ParseDuration(negative || plus ? text.substr(1) : text);
  // A year and more is a slip, and would not fit a wall clock.
  if (!size || size->ns <= 0 || *size > Duration::Minutes(365 * 24 * 60))
    return Wrong(parameter, text);
  return Value(negative ? Duration::Nanos(-size->ns) : *size);
}

/// `50%`
Result<Value> ReadShare(const Parameter& parameter, std::string_view text) {
  double percent = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), percent);
  const std::string_view rest = text.substr(static_cast<size_t>(end - text.data()));
  if (ec != std::errc() || rest != "%" || !(percent > 0) || percent > 100)
    return Wrong(parameter, text);
  return Value(percent / 100);
}

Result<Value> ReadInteger(const Parameter& parameter, std::string_view text) {
  int64_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc() || end != text.data() + text.size() || number < parameter.least ||
      number > parameter.greatest)
    return Wrong(parameter, text);
  return Value(number);
}

bool IsKnown(std::span<const std::string> regions, std::string_view region) {
  return !region.empty() &&
         (regions.empty() || std::find(regions.begin(), regions.end(), region) != regions.end());
}

Error NoRegion(std::string_view text, std::span<const std::string> regions) {
  return InvalidError(
      regions.empty()
          ? "a region has no empty name; write for instance us-east-1"
          : fmt::format("'{}' is no region of this world; write one of: {}", text, Join(regions)));
}

Result<Value> ReadLink(std::string_view text, std::span<const std::string> regions) {
  const auto ends = Split(text, ':');
  if (ends.size() != 2 || ends[0] == ends[1] || !IsKnown(regions, ends[0]) ||
      !IsKnown(regions, ends[1])) {
    return InvalidError(
        fmt::format("'{}' is no link of this world; write two of its regions as from:to", text));
  }
  return Value(std::string(text));
}

Result<Value> ReadValue(const Parameter& parameter, const std::string& text,
                        std::span<const std::string> regions) {
  switch (parameter.form) {
    case Form::kRegion:
      if (!IsKnown(regions, text)) return NoRegion(text, regions);
      return Value(text);
    case Form::kLink:
      return ReadLink(text, regions);
    case Form::kDuration:
    case Form::kSignedDuration:
      return ReadDuration(parameter, text);
    case Form::kShare:
      return ReadShare(parameter, text);
    case Form::kInteger:
      return ReadInteger(parameter, text);
    case Form::kWord: {
      const auto words = Split(parameter.words, '|');
      if (std::find(words.begin(), words.end(), text) == words.end()) return Wrong(parameter, text);
      return Value(text);
    }
    case Form::kYesNo:
      if (text != "yes" && text != "no" && text != "true" && text != "false")
        return Wrong(parameter, text);
      return Value(text == "yes" || text == "true");
    case Form::kText:
      if (text.empty()) return Wrong(parameter, text);
      return Value(text);
  }
  return Wrong(parameter, text);
}

class Builder {
 public:
  Builder(const KindInfo& info, std::span<const std::string> regions)
      : info_(info), regions_(regions) {
    built_.fault.kind = info.kind;
  }

  void Take(const Written& written) {
    const Parameter* parameter = FindParameter(info_, written.key);
    if (parameter == nullptr) {
      const std::string names = ParameterNames(info_);
      return Complain(written.key, names.empty() ? fmt::format("{} has no '{}'; leave it out",
                                                               info_.name, written.key)
                                                 : fmt::format("{} has no '{}'; write one of: {}",
                                                               info_.name, written.key, names));
    }
    seen_.insert_or_assign(written.key, true);
    auto value = ReadValue(*parameter, written.text, regions_);
    if (!value) return Complain(written.key, value.error().message);
    built_.fault.values.insert_or_assign(written.key, *std::move(value));
  }

  /// What a FIS action id sets unless it is written.
  void Preset(std::string_view key, std::string_view text) {
    if (!key.empty() && !IsWritten(key)) Take({std::string(key), std::string(text)});
  }

  Built Finish() {
    CheckOneOf();
    for (const Parameter& parameter : info_.parameters) {
      if (IsWritten(parameter.name)) continue;
      if (parameter.required) {
        Complain(parameter.name, fmt::format("{} needs '{}'; write {}", info_.name, parameter.name,
                                             Example(parameter)));
      } else if (!parameter.fallback.empty() && Applies(parameter)) {
        Take({std::string(parameter.name), std::string(parameter.fallback)});
      }
    }
    CheckTogether();
    return std::move(built_);
  }

 private:
  bool IsWritten(std::string_view key) const { return seen_.find(key) != seen_.end(); }
  void Complain(std::string_view key, std::string what) {
    built_.complaints.push_back({std::string(key), std::move(what)});
  }

  /// Fallbacks of what goes with a link only, or with a region only.
  bool Applies(const Parameter& parameter) const {
    if (info_.one_of.empty()) return true;
    if (parameter.name == "both_ways") return IsWritten("link");
    if (parameter.name == "service") return IsWritten("region");
    return true;
  }

  void CheckOneOf() {
    if (info_.one_of.empty()) return;
    const auto names = Split(info_.one_of, '|');
    const auto given = std::count_if(names.begin(), names.end(),
                                     [this](std::string_view name) { return IsWritten(name); });
    if (given != 1)
      Complain(names[0], fmt::format("write either '{}' or '{}'", names[0], names[1]));
  }

  void CheckTogether() {
    const Fault& fault = built_.fault;
    for (const std::string_view key : {"service", "function"})
      if (fault.Has(key) && fault.Has("link"))
        Complain(key, fmt::format("'{}' goes with 'region', not with 'link'; leave it out", key));
    if (fault.Has("both_ways") && !fault.Has("link"))
      Complain("both_ways", "'both_ways' goes with 'link'; leave it out");
    if (fault.Has("p50") && fault.Has("max") && fault.Time("max") < fault.Time("p50"))
      Complain("max", "'max' is below 'p50'; write a greater 'max'");
  }

  const KindInfo& info_;
  const std::span<const std::string> regions_;
  std::map<std::string, bool, std::less<>> seen_;
  Built built_;
};

}  // namespace

Built Build(std::string_view kind, std::span<const Written> written,
            std::span<const std::string> regions) {
  const KindInfo* info = FindKind(kind);
  if (info == nullptr || info->doer == Doer::kNobody) {
    Built nothing;
    nothing.complaints.push_back(
        {"kind", kind.starts_with("aws:")
                     ? fmt::format("the FIS action '{}' has no equal here; write one of: {}", kind,
                                   KindNames())
                     : fmt::format("the fault '{}' is not supported{}; write one of: {}", kind,
                                   info == nullptr ? "" : " yet", KindNames())});
    return nothing;
  }
  Builder builder(*info, regions);
  for (const Written& each : written) builder.Take(each);
  if (const Alias* alias = FindAlias(kind)) {
    builder.Preset(alias->sets, alias->value);
    builder.Preset(alias->sets_too, alias->value_too);
  }
  return builder.Finish();
}

Result<Fault> Make(std::string_view kind, std::span<const Written> written,
                   std::span<const std::string> regions) {
  Built built = Build(kind, written, regions);
  if (built.complaints.empty()) return std::move(built.fault);
  std::string message;
  for (const Complaint& complaint : built.complaints)
    message += (message.empty() ? "" : "; ") + complaint.what;
  return InvalidError(std::move(message));
}

std::string ToText(const Parameter& parameter, const Value& value) {
  if (const auto* time = std::get_if<Duration>(&value)) {
    return time->ns < 0 ? "-" + FormatDuration(Duration::Nanos(-time->ns)) : FormatDuration(*time);
  }
  if (const auto* share = std::get_if<double>(&value)) return fmt::format("{:g}%", *share * 100);
  if (const auto* number = std::get_if<int64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "yes" : "no";
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string(parameter.fallback) : *text;
}

}  // namespace lifeboat::fault
