// What a YAML scalar means: by the core schema (YAML 1.2.2, section 10.3), or by YAML 1.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace lifeboat::json {

/// `tag` is "?" for a plain scalar, "!" for a quoted one, or a full `tag:yaml.org,2002:` name.
/// nullopt when the text is no value of the tag's type, or the tag is unknown. Numbers that are
/// not finite are text, since JSON has none.
std::optional<Value> ReadScalar(std::string_view tag, const std::string& text);

/// The same by YAML 1.1's types (yaml.org/type), as SnakeYAML and so CloudFormation read them: yes,
/// no, on and off are bool; 010 is octal, 0b1 binary, 1:30 sexagesimal, 1_000 a thousand. An
/// integer that 64 bits don't hold stays text, with its spelling.
std::optional<Value> ReadScalar11(std::string_view tag, const std::string& text);

}  // namespace lifeboat::json
