// Reading a scenario's YAML with the place of everything that is wrong in it. A Section is one
// mapping; the keys that nobody asked for are unknown ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "json/yaml.h"

namespace lifeboat::drill {

/// More complaints than this about one file are left out.
inline constexpr size_t kMaxComplaints = 20;

/// Gathers what is wrong, each with `file:line:column:`.
class Complaints {
 public:
  Complaints(const json::YamlDocument& document, std::string file)
      : document_(document), file_(std::move(file)) {}
  /// `pointer` is a JSON pointer into the document.
  void Add(const std::string& pointer, const std::string& what);
  bool empty() const { return lines_.empty(); }
  /// One complaint a line.
  std::string Text() const;

 private:
  const json::YamlDocument& document_;
  std::string file_;
  std::vector<std::string> lines_;
};

class Section {
 public:
  /// `value` may be null (the section is absent): then every member is absent and nothing but
  /// required members is complained about.
  Section(const json::Value* value, std::string pointer, Complaints& complaints);

  bool present() const { return value_ != nullptr; }
  const std::string& pointer() const { return pointer_; }
  std::string PointerTo(std::string_view key) const;
  void Complain(std::string_view key, const std::string& what);
  /// Of something below a member that is not read as a Section: `pointer` leads there from it.
  void ComplainBelow(std::string_view key, std::string_view pointer, const std::string& what);
  Complaints& complaints() { return *complaints_; }

  /// The names of all members.
  std::vector<std::string> Keys() const;
  /// The raw member; null when absent. Marks the key as known.
  const json::Value* Raw(std::string_view key);
  /// A mapping below this one.
  Section Sub(std::string_view key);
  /// The elements of a list below this one as sections.
  std::vector<Section> List(std::string_view key, size_t limit);

  /// Members by kind; `instead` ends the complaint. Absent members give nullopt; with Require
  /// before, that was complained about already.
  void Require(std::string_view key, std::string_view instead);
  std::optional<std::string> Text(std::string_view key);
  std::optional<std::string> OneOf(std::string_view key,
                                   std::initializer_list<std::string_view> of);
  std::optional<Duration> Time(std::string_view key);
  std::optional<double> Percent(std::string_view key);        ///< `99.9%`, as 0.999.
  std::optional<double> RatePerSecond(std::string_view key);  ///< `40/s`
  std::optional<int64_t> Integer(std::string_view key, int64_t low, int64_t high);
  std::optional<bool> YesNo(std::string_view key);

  /// Complains about every key that was not asked for.
  void Close();

 private:
  const json::Value* value_ = nullptr;
  std::string pointer_;
  Complaints* complaints_;
  std::vector<std::string> known_;
};

}  // namespace lifeboat::drill
