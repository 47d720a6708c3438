#include "drill/scenario_reader.h"

#include <charconv>

#include "base/bytes.h"

namespace lifeboat::drill {
namespace {

std::string Join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

/// A number with a fixed ending, for instance `99.9%`.
std::optional<double> NumberBefore(std::string_view text, std::string_view ending) {
  if (!text.ends_with(ending)) return std::nullopt;
  text.remove_suffix(ending.size());
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

/// What the user wrote, for the complaint.
std::string Shown(const json::Value& value) {
  return value.is_string() ? value.as_string() : json::Write(value);
}

}  // namespace

void Complaints::Add(const std::string& pointer, const std::string& what) {
  if (lines_.size() == kMaxComplaints) return;
  // The place of the nearest enclosing thing that has one.
  std::string at = pointer;
  auto it = document_.locations.find(at);
  while (it == document_.locations.end() && !at.empty()) {
    at.resize(at.rfind('/'));
    it = document_.locations.find(at);
  }
  const json::Location place = it == document_.locations.end() ? json::Location{1, 1} : it->second;
  lines_.push_back(fmt::format("{}:{}:{}: {}", file_, place.line, place.column, what));
}

std::string Complaints::Text() const {
  std::string out;
  for (const std::string& line : lines_) out += (out.empty() ? "" : "\n") + line;
  return out;
}

Section::Section(const json::Value* value, std::string pointer, Complaints& complaints)
    : pointer_(std::move(pointer)), complaints_(&complaints) {
  if (value == nullptr) return;
  if (value->is_object()) {
    value_ = value;
  } else {
    complaints_->Add(pointer_,
                     fmt::format("'{}' stands where a mapping must be; write `key: value` "
                                 "pairs",
                                 Shown(*value)));
  }
}

std::string Section::PointerTo(std::string_view key) const {
  std::string escaped;
  for (const char c : key) {  // RFC 6901, section 3.
    if (c == '~')
      escaped += "~0";
    else if (c == '/')
      escaped += "~1";
    else
      escaped += c;
  }
  return pointer_ + "/" + escaped;
}

void Section::Complain(std::string_view key, const std::string& what) {
  complaints_->Add(PointerTo(key), what);
}

void Section::ComplainBelow(std::string_view key, std::string_view pointer,
                            const std::string& what) {
  complaints_->Add(PointerTo(key) + std::string(pointer), what);
}

std::vector<std::string> Section::Keys() const {
  std::vector<std::string> keys;
  if (value_ == nullptr) return keys;
  for (const auto& [key, value] : value_->as_object()) keys.push_back(key);
  return keys;
}

const json::Value* Section::Raw(std::string_view key) {
  known_.emplace_back(key);
  return value_ == nullptr ? nullptr : value_->Find(key);
}

Section Section::Sub(std::string_view key) { return {Raw(key), PointerTo(key), *complaints_}; }

std::vector<Section> Section::List(std::string_view key, size_t limit) {
  const json::Value* value = Raw(key);
  std::vector<Section> out;
  if (value == nullptr) return out;
  if (!value->is_array()) {
    Complain(key, fmt::format("'{}' must be a list; write each element as `- ...`", key));
    return out;
  }
  if (value->as_array().size() > limit) {
    Complain(key, fmt::format("'{}' has {} elements; write at most {}", key,
                              value->as_array().size(), limit));
    return out;
  }
  for (size_t i = 0; i < value->as_array().size(); ++i)
    out.emplace_back(&value->as_array()[i], fmt::format("{}/{}", PointerTo(key), i), *complaints_);
  return out;
}

void Section::Require(std::string_view key, std::string_view instead) {
  if (value_ == nullptr || value_->Find(key) == nullptr)
    complaints_->Add(pointer_, fmt::format("'{}' is missing; write {}", key, instead));
}

std::optional<std::string> Section::Text(std::string_view key) {
  const json::Value* value = Raw(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string() && !value->as_string().empty()) return value->as_string();
  Complain(key, fmt::format("'{}' is no value for '{}'; write a text", Shown(*value), key));
  return std::nullopt;
}

std::optional<std::string> Section::OneOf(std::string_view key,
                                          std::initializer_list<std::string_view> of) {
  const json::Value* value = Raw(key);
  if (value == nullptr) return std::nullopt;
  std::string all;
  for (const std::string_view word : of) {
    if (value->is_string() && value->as_string() == word) return value->as_string();
    all += fmt::format("{}{}", all.empty() ? "" : ", ", word);
  }
  Complain(key,
           fmt::format("'{}' is no value for '{}'; write one of: {}", Shown(*value), key, all));
  return std::nullopt;
}

std::optional<Duration> Section::Time(std::string_view key) {
  const json::Value* value = Raw(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) {
    const Result<Duration> time = ParseDuration(value->as_string());
    if (time.ok() && time->ns >= 0) return *time;
  }
  Complain(key,
           fmt::format("'{}' is no length of time for '{}'; write a number with a unit: 100ms, "
                       "90s, 15m, 3h",
                       Shown(*value), key));
  return std::nullopt;
}

std::optional<double> Section::Percent(std::string_view key) {
  const json::Value* value = Raw(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string())
    if (const auto percent = NumberBefore(value->as_string(), "%");
        percent && *percent >= 0 && *percent <= 100)
      return *percent / 100;
  Complain(key, fmt::format("'{}' is no share for '{}'; write a percentage from 0% to 100%, for "
                            "instance 99.9%",
                            Shown(*value), key));
  return std::nullopt;
}

std::optional<double> Section::RatePerSecond(std::string_view key) {
  const json::Value* value = Raw(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string())
    if (const auto rate = NumberBefore(value->as_string(), "/s"); rate && *rate >= 0) return *rate;
  Complain(key, fmt::format("'{}' is no rate for '{}'; write a number a second, for instance 40/s",
                            Shown(*value), key));
  return std::nullopt;
}

std::optional<int64_t> Section::Integer(std::string_view key, int64_t low, int64_t high) {
  const json::Value* value = Raw(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_int() && value->as_int() >= low && value->as_int() <= high) return value->as_int();
  Complain(key, fmt::format("'{}' is no value for '{}'; write a whole number from {} to {}",
                            Shown(*value), key, low, high));
  return std::nullopt;
}

std::optional<bool> Section::YesNo(std::string_view key) {
  const json::Value* value = Raw(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->as_bool();
  Complain(key, fmt::format("'{}' is no value for '{}'; write true or false", Shown(*value), key));
  return std::nullopt;
}

void Section::Close() {
  if (value_ == nullptr) return;
  for (const auto& [key, value] : value_->as_object())
    if (std::find(known_.begin(), known_.end(), key) == known_.end())
      Complain(key, fmt::format("unknown key '{}'; write one of: {}", key, Join(known_)));
}

}  // namespace lifeboat::drill
