#include "route53/lineage.h"

#include <algorithm>

namespace lifeboat::route53 {
namespace {

Error BadLineage(const char* what) { return {ErrorCode::kCorrupt, what}; }

std::optional<uint64_t> Unsigned(const json::Value& value, std::string_view key) {
  const json::Value* number = value.Find(key);
  if (number == nullptr || !number->is_int() || number->as_int() < 0) return std::nullopt;
  return static_cast<uint64_t>(number->as_int());
}

}  // namespace

std::optional<uint64_t> EndOf(const History& history, std::string_view generation) {
  const std::vector<Stretch>& stretches = history.lineage.stretches;
  for (size_t i = stretches.size(); i-- > 0;) {
    if (stretches[i].generation != generation) continue;
    return i + 1 < stretches.size() ? stretches[i + 1].first - 1 : history.number;
  }
  return std::nullopt;
}

bool Holds(const History& history, std::string_view generation, uint64_t number) {
  const std::optional<uint64_t> end = EndOf(history, generation);
  return end && number <= *end && GenerationOf(history.lineage, number) == generation;
}

std::optional<uint64_t> CommonNumber(const History& a, const History& b) {
  const std::vector<Stretch>& stretches = a.lineage.stretches;
  for (size_t i = stretches.size(); i-- > 0;) {
    const std::optional<uint64_t> ends_in_b = EndOf(b, stretches[i].generation);
    if (ends_in_b) return std::min(*EndOf(a, stretches[i].generation), *ends_in_b);
  }
  return std::nullopt;
}

std::string_view GenerationOf(const Lineage& lineage, uint64_t number) {
  std::string_view generation;
  for (const Stretch& stretch : lineage.stretches) {
    if (stretch.first <= number) generation = stretch.generation;
  }
  return generation;
}

void Continue(Lineage& lineage, std::string_view generation, uint64_t first) {
  std::vector<Stretch>& stretches = lineage.stretches;
  if (!stretches.empty() && stretches.back().generation == generation) return;
  stretches.push_back({std::string(generation), first});
  if (stretches.size() > kMaxStretches) stretches.erase(stretches.begin());
}

json::Value EncodeLineage(const Lineage& lineage) {
  json::Array stretches;
  for (const Stretch& stretch : lineage.stretches) {
    stretches.push_back(json::Object{{"generation", stretch.generation}, {"first", stretch.first}});
  }
  json::Object absorbed;
  for (const auto& [generation, number] : lineage.absorbed) absorbed.Append(generation, number);
  return json::Object{{"stretches", std::move(stretches)}, {"absorbed", std::move(absorbed)}};
}

Result<Lineage> DecodeLineage(const json::Value& value) {
  const json::Value* stretches = value.Find("stretches");
  const json::Value* absorbed = value.Find("absorbed");
  if (!stretches || !stretches->is_array() || !absorbed || !absorbed->is_object())
    return BadLineage("a lineage is malformed");
  Lineage lineage;
  for (const json::Value& each : stretches->as_array()) {
    const auto first = Unsigned(each, "first");
    const bool rises =
        first && (lineage.stretches.empty() || *first > lineage.stretches.back().first);
    if (!rises || each.GetString("generation").empty())
      return BadLineage("a stretch of a lineage is malformed");
    lineage.stretches.push_back({each.GetString("generation"), *first});
  }
  for (const auto& [generation, number] : absorbed->as_object()) {
    if (!number.is_int() || number.as_int() < 0)
      return BadLineage("what a lineage has absorbed is malformed");
    lineage.absorbed[generation] = static_cast<uint64_t>(number.as_int());
  }
  if (lineage.stretches.empty()) return BadLineage("a lineage has no stretch");
  return lineage;
}

json::Value EncodeHeld(const Held& held) {
  return json::Object{{"epoch", held.epoch},
                      {"generation", held.generation},
                      {"number", held.number},
                      {"digest", held.digest}};
}

Result<Held> DecodeHeld(const json::Value& value) {
  const auto number = Unsigned(value, "number");
  if (!number) return BadLineage("what a name server holds is malformed");
  return Held{value.GetString("epoch"), value.GetString("generation"), *number,
              value.GetString("digest")};
}

}  // namespace lifeboat::route53
