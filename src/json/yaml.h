// YAML in, as JSON values with the places where they stood: templates and scenarios.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "json/value.h"

namespace lifeboat::json {

struct Location {
  int line = 0;    ///< From 1.
  int column = 0;  ///< From 1.
};

struct YamlDocument {
  Value value;
  /// By JSON pointer (RFC 6901; "" is the root). For a member of a mapping it is the place of its
  /// key.
  std::map<std::string, Location> locations;
};

struct YamlOptions {
  /// As CloudFormation reads templates: `!Ref x`, `!Sub x`, `!GetAtt a.b` ... become {"Ref": "x"},
  /// {"Fn::Sub": "x"}, {"Fn::GetAtt": ["a", "b"]}; plain scalars, keys too, are YAML 1.1's; aliases
  /// are refused with kAliasRefused. Without it every tag of that kind is an error.
  bool cloudformation = false;
};

/// Reads one document (JSON is YAML too). Plain scalars become null, bool, int or double by
/// YAML 1.2's core schema; dates stay text. Refused: duplicate keys, keys that are not scalars,
/// anchors that would grow past kMaxYamlNodes, more than one document. The message is `line:column:
/// what is wrong`.
Result<YamlDocument> ParseYaml(std::string_view text, YamlOptions options = {});

inline constexpr std::string_view kAliasRefused =
    "YAML aliases are not allowed in CloudFormation templates.";
inline constexpr size_t kMaxYamlBytes = 4 * 1024 * 1024;
inline constexpr size_t kMaxYamlNodes = 200'000;

}  // namespace lifeboat::json
