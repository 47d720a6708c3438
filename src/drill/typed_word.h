// What a person types to decide in a drill: one word, and for some a name after it.
#pragma once

#include <string>
#include <string_view>

namespace lifeboat::drill {

struct TypedWord {
  std::string word;  ///< In small letters; empty for an empty line.
  std::string name;  ///< What stands after it, without spaces around.
};

TypedWord ParseTyped(std::string_view line);

/// Longer names are cut; a journal is no place for more.
inline constexpr size_t kMaxTypedName = 80;

}  // namespace lifeboat::drill
