// Reads a document path from an expression: `a.#b[3].c`.
#pragma once

#include <optional>
#include <string>

#include "dynamodb/expression.h"
#include "dynamodb/expression/lexer.h"

namespace lifeboat::dynamodb::expression {

/// What is wrong with the names of paths read so far; only the first problem of each kind is kept.
struct PathProblems {
  std::string reserved;   ///< A reserved word without placeholder.
  std::string undefined;  ///< A placeholder that is not defined, or an impossible index or depth.
};

/// nullopt on a syntax error, which is then at the lexer's current token.
std::optional<Path> ReadPath(Lexer& lexer, Substitutions& subs, PathProblems& problems);

/// Text of the problem.
std::string UndefinedValue(std::string_view placeholder);
/// `The expression can not be empty;` or that it is too long; empty when neither.
std::string CheckExpressionText(std::string_view text, bool tells_size = true);
/// ValidationException `Invalid <kind>: <problem>`.
AwsError InvalidExpression(std::string_view kind, std::string_view problem);

}  // namespace lifeboat::dynamodb::expression
