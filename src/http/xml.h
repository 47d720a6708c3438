// XML out, for the Query and REST-XML protocols. Reading XML is pugixml's, in the .cc files that
// need it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::http {

std::string XmlEscape(std::string_view text);

/// Writes elements in order; Close() closes the innermost. Text is escaped, control characters
/// that XML 1.0 cannot hold become `?`.
class XmlWriter {
 public:
  /// Starts with the XML declaration.
  XmlWriter();
  XmlWriter& Open(std::string_view name, std::string_view xml_namespace = "");
  XmlWriter& Close();
  /// `<name>text</name>`
  XmlWriter& Leaf(std::string_view name, std::string_view text);
  XmlWriter& Leaf(std::string_view name, bool value) {
    return Leaf(name, value ? "true" : "false");
  }
  XmlWriter& Leaf(std::string_view name, const char* text) {
    return Leaf(name, std::string_view(text));
  }
  XmlWriter& Leaf(std::string_view name, int64_t value) {
    return Leaf(name, std::to_string(value));
  }
  /// Closes what is open and gives the text away.
  std::string Take();

 private:
  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace lifeboat::http
