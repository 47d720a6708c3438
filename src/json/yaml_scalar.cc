#include "json/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/bytes.h"

namespace lifeboat::json {
namespace {

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Value> ReadBased(std::string_view digits, int base) {
  int64_t value = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (ec != std::errc() || end != digits.data() + digits.size() || digits.starts_with('-')) {
    return std::nullopt;
  }
  return Value(static_cast<long>(value));
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool HasFloatForm(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
    if (!IsDigits(exponent)) return false;
    text = text.substr(0, e);
  }
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return IsDigits(text);
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction = text.substr(dot + 1);
  if (whole.empty()) return IsDigits(fraction);
  return IsDigits(whole) && (fraction.empty() || IsDigits(fraction));
}

std::optional<Value> ReadNumber(std::string_view text) {
  if (text.starts_with("0x")) return ReadBased(text.substr(2), 16);
  if (text.starts_with("0o")) return ReadBased(text.substr(2), 8);
  if (!HasFloatForm(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  if (const auto integer = ParseInt(text)) return Value(static_cast<long>(*integer));
  double value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || !std::isfinite(value)) return std::nullopt;
  return Value(value);
}

std::optional<Value> ReadBool(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return Value(true);
  if (text == "false" || text == "False" || text == "FALSE") return Value(false);
  return std::nullopt;
}

bool IsNull(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

// --- YAML 1.1 ---

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::optional<Value> ReadBool11(std::string_view text) {
  if (IsOneOf(text, {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) return true;
  if (IsOneOf(text, {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) {
    return false;
  }
  return std::nullopt;
}

std::string WithoutUnderscores(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

/// Digits of `base` below 64 bits; nullopt for other text. `too_long` says that only the size is
/// wrong.
std::optional<int64_t> ReadDigits(std::string_view digits, int base, bool& too_long) {
  int64_t value = 0;
  if (digits.empty() || digits[0] == '-' || digits[0] == '+') return std::nullopt;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (end != digits.data() + digits.size()) return std::nullopt;
  too_long = ec == std::errc::result_out_of_range;
  return too_long || ec == std::errc() ? std::optional(value) : std::nullopt;
}

/// 190:20:30: digits of base 60, of which the first may be any number that does not begin with 0.
std::optional<int64_t> ReadSexagesimal(std::string_view text, bool& too_long) {
  if (text.empty() || text[0] == '0' || text.find(':') == std::string_view::npos) {
    return std::nullopt;
  }
  int64_t value = 0;
  for (size_t part = 0; const std::string_view digits : Split(text, ':')) {
    const auto number = ReadDigits(WithoutUnderscores(digits), 10, too_long);
    if (!number || (part > 0 && (digits.size() > 2 || *number >= 60))) return std::nullopt;
    if (++part > 6) too_long = true;
    value = too_long ? 0 : value * 60 + *number;
  }
  return value;
}

std::optional<int64_t> ReadMagnitude11(std::string_view text, bool& too_long) {
  if (text.find(':') != std::string_view::npos) return ReadSexagesimal(text, too_long);
  if (text.starts_with('_')) return std::nullopt;
  const std::string digits = WithoutUnderscores(text);
  const std::string_view rest = std::string_view(digits).substr(std::min<size_t>(2, digits.size()));
  if (digits.starts_with("0b")) return ReadDigits(rest, 2, too_long);
  if (digits.starts_with("0x")) return ReadDigits(rest, 16, too_long);
  if (digits.size() > 1 && digits[0] == '0') return ReadDigits(digits, 8, too_long);
  return ReadDigits(digits, 10, too_long);
}

/// [-+]? [0-9][0-9_]* \. [0-9_]* exponent?, [-+]? [0-9][0-9_]* exponent, or \. [0-9_]+ exponent?
std::optional<Value> ReadFloat11(std::string_view text) {
  const bool has_sign = text.starts_with('-') || text.starts_with('+');
  const std::string_view magnitude = text.substr(has_sign ? 1 : 0);
  if (magnitude.starts_with('_') || (has_sign && magnitude.starts_with('.'))) return std::nullopt;
  if (magnitude.find_first_of(".eE") == std::string_view::npos) return std::nullopt;
  const std::string plain = WithoutUnderscores(text);
  if (!HasFloatForm(plain)) return std::nullopt;
  return ReadNumber(plain);
}

std::optional<Value> ReadNumber11(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  const std::string_view magnitude = text.substr(is_negative || text.starts_with('+') ? 1 : 0);
  bool too_long = false;
  if (const auto value = ReadMagnitude11(magnitude, too_long)) {
    if (too_long) return Value(text);
    return Value(static_cast<long>(is_negative ? -*value : *value));
  }
  return ReadFloat11(text);
}

/// A schema: what a plain text may be besides text.
struct Schema {
  std::optional<Value> (*boolean)(std::string_view);
  std::optional<Value> (*number)(std::string_view);
};

std::optional<Value> ReadBy(const Schema& schema, std::string_view tag, const std::string& text) {
  constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
  if (tag == "!") return Value(text);
  if (tag == "?") {
    if (IsNull(text)) return Value();
    if (const auto boolean = schema.boolean(text)) return boolean;
    if (const auto number = schema.number(text)) return number;
    return Value(text);
  }
  if (!tag.starts_with(kPrefix)) return std::nullopt;
  tag.remove_prefix(kPrefix.size());
  if (tag == "str") return Value(text);
  if (tag == "null") return IsNull(text) ? std::optional(Value()) : std::nullopt;
  if (tag == "bool") return schema.boolean(text);
  const std::optional<Value> number = schema.number(text);
  if (tag == "float") return number;
  if (tag == "int" && number && number->is_int()) return number;
  return std::nullopt;
}

}  // namespace

std::optional<Value> ReadScalar(std::string_view tag, const std::string& text) {
  return ReadBy({&ReadBool, &ReadNumber}, tag, text);
}

std::optional<Value> ReadScalar11(std::string_view tag, const std::string& text) {
  return ReadBy({&ReadBool11, &ReadNumber11}, tag, text);
}

}  // namespace lifeboat::json
