#include "drill/typed_word.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

}  // namespace

TypedWord ParseTyped(std::string_view line) {
  // What a terminal sends for keys that are no letters has no place in a name.
  std::string text(line);
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t'; });
  const std::string_view trimmed = Trim(text);
  const size_t end = std::min(trimmed.find_first_of(" \t"), trimmed.size());
  TypedWord typed;
  typed.word = trimmed.substr(0, end);
  for (char& c : typed.word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  typed.name = Trim(trimmed.substr(end)).substr(0, kMaxTypedName);
  return typed;
}

}  // namespace lifeboat::drill
