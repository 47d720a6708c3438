#include "cloudformation/query.h"

#include <set>

#include <fmt/format.h>

#include "base/bytes.h"

namespace lifeboat::cloudformation {

std::vector<std::string> QueryTexts(const http::Params& params, std::string_view list) {
  std::vector<std::string> texts;
  for (size_t number = 1; number <= kMaxQueryElements; ++number) {
    const std::string* text = params.Find(fmt::format("{}.member.{}", list, number));
    if (!text) break;
    texts.push_back(*text);
  }
  return texts;
}

std::vector<QueryStructure> QueryStructures(const http::Params& params, std::string_view list) {
  const std::string prefix = fmt::format("{}.member.", list);
  std::set<uint64_t> numbers;
  for (const auto& [name, value] : params) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = std::string_view(name).substr(prefix.size());
    const auto number = ParseUint(rest.substr(0, rest.find('.')));
    if (number && numbers.size() < kMaxQueryElements) numbers.insert(*number);
  }
  std::vector<QueryStructure> structures;
  for (const uint64_t number : numbers) {
    structures.emplace_back(params, fmt::format("{}{}.", prefix, number));
  }
  return structures;
}

}  // namespace lifeboat::cloudformation
