#include "dynamodb/expression/lexer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"

namespace lifeboat::dynamodb::expression {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsNamePart(char c) { return IsLetter(c) || IsDigit(c) || c == '_'; }
bool IsSymbol(char c) { return std::string_view("()[].,=<>+-").find(c) != std::string_view::npos; }

// Bytes of the UTF-8 character that `lead` starts.
size_t CharacterBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

}  // namespace

Token Lexer::Read(size_t from) const {
  size_t i = from;
  while (i < text_.size() && IsSpace(text_[i])) ++i;
  Token token{.begin = i, .end = i};
  if (i == text_.size()) return token;
  const char c = text_[i++];
  const auto skip = [&](auto belongs) {
    while (i < text_.size() && belongs(text_[i])) ++i;
  };
  if (IsLetter(c)) {
    token.kind = TokenKind::kName;
    skip(IsNamePart);
  } else if (IsDigit(c)) {
    token.kind = TokenKind::kInteger;
    skip(IsDigit);
  } else if ((c == '#' || c == ':') && i < text_.size() && IsNamePart(text_[i])) {
    token.kind = c == '#' ? TokenKind::kNamePlaceholder : TokenKind::kValue;
    skip(IsNamePart);
  } else if (IsSymbol(c)) {
    token.kind = TokenKind::kSymbol;
    const char next = i < text_.size() ? text_[i] : '\0';
    if ((c == '<' && (next == '=' || next == '>')) || (c == '>' && next == '=')) ++i;
  } else {
    token.kind = TokenKind::kUnknown;
    i = std::min(token.begin + CharacterBytes(c), text_.size());
  }
  token.end = i;
  token.text = text_.substr(token.begin, i - token.begin);
  return token;
}

void Lexer::Advance() { current_ = Read(current_.end); }

bool Lexer::AtKeyword(std::string_view upper_case) const {
  return current_.kind == TokenKind::kName && EqualsIgnoreCase(current_.text, upper_case);
}

Token Lexer::Take() {
  const Token taken = current_;
  previous_begin_ = taken.begin;
  previous_end_ = taken.end;
  Advance();
  return taken;
}

bool Lexer::TakeSymbol(std::string_view symbol) {
  if (!AtSymbol(symbol)) return false;
  Take();
  return true;
}

bool Lexer::TakeKeyword(std::string_view upper_case) {
  if (!AtKeyword(upper_case)) return false;
  Take();
  return true;
}

bool Lexer::NextIsSymbol(std::string_view symbol) const {
  const Token next = Read(current_.end);
  return next.kind == TokenKind::kSymbol && next.text == symbol;
}

std::string Lexer::SyntaxError() const {
  const size_t end = AtEnd() ? previous_end_ : Read(current_.end).end;
  // Behind the last token Read stands at the end of the text: white space there is not shown.
  const size_t shown = !AtEnd() && Read(current_.end).kind == TokenKind::kEnd ? current_.end : end;
  return fmt::format("Syntax error; token: \"{}\", near: \"{}\"",
                     AtEnd() ? std::string_view("<EOF>") : current_.text,
                     text_.substr(previous_begin_, shown - previous_begin_));
}

}  // namespace lifeboat::dynamodb::expression
