// Splits an expression into tokens, one at a time, without copying.
#pragma once

#include <string>
#include <string_view>

namespace lifeboat::dynamodb::expression {

enum class TokenKind {
  kName,             ///< `a`, also keywords and names of functions.
  kNamePlaceholder,  ///< `#a`
  kValue,            ///< `:a`
  kInteger,          ///< `0`
  kSymbol,           ///< `(`, `<=`, `.` and so on.
  kUnknown,          ///< A character that starts no token.
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  ///< Empty at the end.
  size_t begin = 0;
  size_t end = 0;
};

/// A cursor that always has read one token ahead.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) { Advance(); }

  const Token& peek() const { return current_; }
  bool AtEnd() const { return current_.kind == TokenKind::kEnd; }
  bool AtSymbol(std::string_view symbol) const {
    return current_.kind == TokenKind::kSymbol && current_.text == symbol;
  }
  /// Keywords may be written in any case.
  bool AtKeyword(std::string_view upper_case) const;
  /// The current token; moves to the next one.
  Token Take();
  /// Takes the symbol if it stands here.
  bool TakeSymbol(std::string_view symbol);
  bool TakeKeyword(std::string_view upper_case);
  /// Whether the token behind the current one is `symbol`.
  bool NextIsSymbol(std::string_view symbol) const;
  /// `Syntax error; token: "<t>", near: "<n>"` about the current token; near are the tokens before
  /// and behind it with what is between them.
  std::string SyntaxError() const;

 private:
  Token Read(size_t from) const;
  void Advance();

  std::string_view text_;
  size_t previous_begin_ = 0;
  size_t previous_end_ = 0;
  Token current_;
};

}  // namespace lifeboat::dynamodb::expression
