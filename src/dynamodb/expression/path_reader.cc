#include "dynamodb/expression/path_reader.h"

#include <fmt/format.h>

#include <limits>

#include "base/bytes.h"
#include "dynamodb/errors.h"

namespace lifeboat::dynamodb::expression {
namespace {

constexpr uint64_t kMaxListIndex = std::numeric_limits<int32_t>::max();

void Keep(std::string& first, std::string problem) {
  if (first.empty()) first = std::move(problem);
}

std::optional<PathElement> ReadName(Lexer& lexer, Substitutions& subs, PathProblems& problems) {
  const Token& token = lexer.peek();
  if (token.kind == TokenKind::kName) {
    if (problems.reserved.empty() && IsReservedWord(token.text)) {
      problems.reserved =
          fmt::format("Attribute name is a reserved keyword; reserved keyword: {}", token.text);
    }
    return PathElement{.name = std::string(lexer.Take().text)};
  }
  if (token.kind != TokenKind::kNamePlaceholder) return std::nullopt;
  const std::string* name = subs.UseName(token.text);
  if (name == nullptr) {
    Keep(problems.undefined,
         fmt::format("An expression attribute name used in the document path is not defined; "
                     "attribute name: {}",
                     token.text));
  }
  PathElement element{.name = name ? *name : std::string(token.text)};
  lexer.Take();
  return element;
}

std::optional<PathElement> ReadIndex(Lexer& lexer, PathProblems& problems) {
  if (lexer.peek().kind != TokenKind::kInteger) return std::nullopt;
  const std::string_view digits = lexer.Take().text;
  const std::optional<uint64_t> index = ParseUint(digits);
  if (!index || *index > kMaxListIndex) {
    Keep(problems.undefined,
         fmt::format("List index is not within the allowable range; index: [{}]", digits));
  }
  if (!lexer.TakeSymbol("]")) return std::nullopt;
  return PathElement{.index = static_cast<size_t>(index.value_or(0)), .is_index = true};
}

}  // namespace

std::optional<Path> ReadPath(Lexer& lexer, Substitutions& subs, PathProblems& problems) {
  Path path;
  std::optional<PathElement> element = ReadName(lexer, subs, problems);
  while (element) {
    path.push_back(*std::move(element));
    if (lexer.TakeSymbol(".")) {
      element = ReadName(lexer, subs, problems);
    } else if (lexer.TakeSymbol("[")) {
      element = ReadIndex(lexer, problems);
    } else {
      if (path.size() > kMaxNesting) {
        Keep(problems.undefined,
             fmt::format("The document path has too many nesting elements; nesting levels: {}",
                         path.size()));
      }
      return path;
    }
  }
  return std::nullopt;
}

std::string UndefinedValue(std::string_view placeholder) {
  return fmt::format(
      "An expression attribute value used in expression is not defined; attribute value: {}",
      placeholder);
}

std::string CheckExpressionText(std::string_view text, bool tells_size) {
  if (text.size() > kMaxExpressionBytes) {
    return "Expression size has exceeded the maximum allowed size;" +
           (tells_size ? fmt::format(" expression size: {}", text.size()) : "");
  }
  return Trim(text).empty() ? "The expression can not be empty;" : "";
}

AwsError InvalidExpression(std::string_view kind, std::string_view problem) {
  return errors::Validation(fmt::format("Invalid {}: {}", kind, problem));
}

}  // namespace lifeboat::dynamodb::expression
