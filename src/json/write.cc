#include <charconv>
#include <cmath>
#include <cstring>

#include "json/value.h"

namespace lifeboat::json {
namespace {

// Beyond 64 bits all digits of a number would read as an integer that our parser, like many, does
// not take.
constexpr double kIntegersBegin = -0x1p63;
constexpr double kIntegersEnd = 0x1p64;

void AppendDouble(std::string& out, double d) {
  if (!std::isfinite(d)) {  // JSON has no such numbers.
    out += "null";
    return;
  }
  char buffer[32];
  const auto [end, ec] =
      d >= kIntegersBegin && d < kIntegersEnd
          ? std::to_chars(buffer, buffer + sizeof buffer, d)
          : std::to_chars(buffer, buffer + sizeof buffer, d, std::chars_format::scientific);
  Check(ec == std::errc(), "double fits the buffer");
  out.append(buffer, end);
}

// `indent` < 0 means compact.
void Append(std::string& out, const Value& value, int indent) {
  const auto newline = [&](int depth) {
    if (depth < 0) return;
    out += '\n';
    out.append(static_cast<size_t>(depth) * 2, ' ');
  };
  const int inner = indent < 0 ? -1 : indent + 1;
  if (const Object* object = value.if_object()) {
    out += '{';
    bool first = true;
    for (const auto& [key, member] : *object) {
      if (!std::exchange(first, false)) out += ',';
      newline(inner);
      AppendQuoted(out, key);
      out += indent < 0 ? ":" : ": ";
      Append(out, member, inner);
    }
    if (!object->empty()) newline(indent);
    out += '}';
  } else if (const Array* array = value.if_array()) {
    out += '[';
    bool first = true;
    for (const Value& element : *array) {
      if (!std::exchange(first, false)) out += ',';
      newline(inner);
      Append(out, element, inner);
    }
    if (!array->empty()) newline(indent);
    out += ']';
  } else if (const std::string* text = value.if_string()) {
    AppendQuoted(out, *text);
  } else if (const int64_t* i = value.if_int()) {
    out += std::to_string(*i);
  } else if (value.is_number()) {
    AppendDouble(out, value.as_double());
  } else if (const bool* b = value.if_bool()) {
    out += *b ? "true" : "false";
  } else {
    out += "null";
  }
}

bool MustEscape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

/// How many bytes from the start need no escape. Eight at a time: a byte of `word` below `n`, or
/// equal to a byte c (zero in word ^ c...c), borrows into its top bit; bytes from 0x80 up are
/// plain.
size_t PlainPrefix(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kTops = 0x8080808080808080;
  size_t i = 0;
  for (; i + sizeof(uint64_t) <= text.size(); i += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, sizeof word);
    const uint64_t quotes = word ^ (kOnes * '"');
    const uint64_t backslashes = word ^ (kOnes * '\\');
    if ((((word - kOnes * 0x20) & ~word) | ((quotes - kOnes) & ~quotes) |
         ((backslashes - kOnes) & ~backslashes)) &
        kTops) {
      break;
    }
  }
  while (i < text.size() && !MustEscape(static_cast<unsigned char>(text[i]))) ++i;
  return i;
}

void AppendEscaped(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += "0123456789abcdef"[c >> 4];
      out += "0123456789abcdef"[c & 15];
  }
}

}  // namespace

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const size_t plain = PlainPrefix(text);
    out += text.substr(0, plain);
    if (plain == text.size()) break;
    AppendEscaped(out, static_cast<unsigned char>(text[plain]));
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

std::string Quote(std::string_view text) {
  std::string out;
  AppendQuoted(out, text);
  return out;
}

std::string Write(const Value& value) {
  std::string out;
  Append(out, value, -1);
  return out;
}

std::string WritePretty(const Value& value) {
  std::string out;
  Append(out, value, 0);
  out += '\n';
  return out;
}

}  // namespace lifeboat::json
