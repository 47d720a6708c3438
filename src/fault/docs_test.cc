// docs/faults.md says what the table says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/bytes.h"
#include "fault/fault.h"

namespace lifeboat::fault {
namespace {

constexpr const char* kFile = LIFEBOAT_SOURCE_DIR "/docs/faults.md";
constexpr std::string_view kBegin = "<!-- made from src/fault/kinds.cc -->\n";
constexpr std::string_view kEnd = "<!-- end -->\n";

std::string_view TakesText(Takes takes) {
  switch (takes) {
    case Takes::kNo:
      return "no";
    case Takes::kYes:
      return "yes";
    case Takes::kIfRegionNamed:
      return "with `region`";
    case Takes::kIfMost:
      return "from 50 %";
    case Takes::kIfTables:
      return "of `dynamodb`";
    case Takes::kAsTold:
      return "as told";
  }
  return "";
}

std::string OneParameter(const Parameter& parameter, std::string_view one_of) {
  std::string text = fmt::format("`{}`", parameter.name);
  if (parameter.required) text += " (needed)";
  for (const std::string_view name :
       one_of.empty() ? std::vector<std::string_view>() : Split(one_of, '|'))
    if (name == parameter.name) text += " (one of both)";
  text += ": ";
  text += parameter.help;
  if (parameter.form == Form::kWord) {
    text += ", one of";
    for (const std::string_view word : Split(parameter.words, '|'))
      text += fmt::format(" `{}`", word);
  }
  if (parameter.form == Form::kInteger)
    text += fmt::format(", {} to {}", parameter.least, parameter.greatest);
  if (!parameter.fallback.empty()) text += fmt::format("; else `{}`", parameter.fallback);
  return text;
}

std::string Made() {
  std::string out = "| kind | what it does | parameters | takes the region | FIS actions |\n";
  out += "| --- | --- | --- | --- | --- |\n";
  for (const KindInfo& info : Kinds()) {
    if (info.doer == Doer::kNobody) continue;
    std::string parameters, actions;
    for (const Parameter& parameter : info.parameters)
      parameters += (parameters.empty() ? "" : "<br>") + OneParameter(parameter, info.one_of);
    for (const Alias& alias : Aliases())
      if (alias.kind == info.kind)
        actions += fmt::format("{}`{}`", actions.empty() ? "" : "<br>", alias.action);
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", info.name, info.what, parameters,
                       TakesText(info.takes), actions);
  }
  return out;
}

TEST(FaultDocsTest, TheDocumentIsMadeFromTheTable) {
  std::stringstream text;
  text << std::ifstream(kFile).rdbuf();
  const std::string document = text.str();
  const size_t begin = document.find(kBegin);
  ASSERT_NE(begin, std::string::npos) << kFile << " has no line " << kBegin;
  const size_t end = document.find(kEnd, begin);
  ASSERT_NE(end, std::string::npos) << kFile << " has no line " << kEnd;
  const size_t from = begin + kBegin.size();
  EXPECT_EQ(document.substr(from, end - from), Made())
      << "put the table below into docs/faults.md, between its two marks:\n"
      << Made();
}

}  // namespace
}  // namespace lifeboat::fault
