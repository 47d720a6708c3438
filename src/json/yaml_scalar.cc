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

}  // namespace

std::optional<Value> ReadScalar(std::string_view tag, const std::string& text) {
  constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
  if (tag == "!") return Value(text);
  if (tag == "?") {
    if (IsNull(text)) return Value();
    if (const auto boolean = ReadBool(text)) return boolean;
    if (const auto number = ReadNumber(text)) return number;
    return Value(text);
  }
  if (!tag.starts_with(kPrefix)) return std::nullopt;
  tag.remove_prefix(kPrefix.size());
  if (tag == "str") return Value(text);
  if (tag == "null") return IsNull(text) ? std::optional(Value()) : std::nullopt;
  if (tag == "bool") return ReadBool(text);
  const std::optional<Value> number = ReadNumber(text);
  if (tag == "float") return number;
  if (tag == "int" && number && number->is_int()) return number;
  return std::nullopt;
}

}  // namespace lifeboat::json
