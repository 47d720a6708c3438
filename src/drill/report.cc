#include "drill/report.h"

#include <set>

namespace lifeboat::drill {
namespace {

constexpr size_t kShownText = 60;

std::string Shown(const json::Value* value) {
  if (value == nullptr) return "nothing";
  std::string text = json::Write(*value);
  if (text.size() > kShownText) text = text.substr(0, kShownText) + "...";
  return text;
}

bool SameNumber(const json::Value& a, const json::Value& b) {
  return a.is_number() && b.is_number() &&
         a.as_double(static_cast<double>(a.as_int())) ==
             b.as_double(static_cast<double>(b.as_int()));
}

void Compare(const std::string& path, const json::Value* there, const json::Value* here,
             std::vector<std::string>& out) {
  if (out.size() >= kMaxDifferences) return;
  if (there != nullptr && here != nullptr) {
    if (*there == *here || SameNumber(*there, *here)) return;
    if (there->is_object() && here->is_object()) {
      std::set<std::string> names;
      for (const auto* object : {there, here})
        for (const auto& [name, value] : object->as_object()) names.insert(name);
      for (const std::string& name : names)
        Compare(path.empty() ? name : path + "." + name, there->Find(name), here->Find(name), out);
      return;
    }
    if (there->is_array() && here->is_array() &&
        there->as_array().size() == here->as_array().size()) {
      for (size_t i = 0; i < here->as_array().size(); ++i)
        Compare(fmt::format("{}[{}]", path, i), &there->as_array()[i], &here->as_array()[i], out);
      return;
    }
  }
  out.push_back(fmt::format("{}: {} there, {} here", path, Shown(there), Shown(here)));
}

}  // namespace

std::string ReportJson(const Report& report) { return json::WritePretty(report.json) + "\n"; }

std::vector<std::string> Differences(const json::Value& there, const json::Value& here) {
  std::vector<std::string> out;
  Compare("", &there, &here, out);
  return out;
}

}  // namespace lifeboat::drill
