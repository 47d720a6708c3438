#include <charconv>
#include <cmath>

#include "json/value.h"

namespace lifeboat::json {
namespace {

void AppendDouble(std::string& out, double d) {
  if (!std::isfinite(d)) {  // JSON has no such numbers.
    out += "null";
    return;
  }
  char buffer[32];
  const auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, d);
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

}  // namespace

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  size_t plain_from = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain_from, i - plain_from);
    plain_from = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += "0123456789abcdef"[c >> 4];
        out += "0123456789abcdef"[c & 15];
    }
  }
  out.append(text, plain_from, text.size() - plain_from);
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
