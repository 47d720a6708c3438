// Messages between the members of a global table. Their JSON members are named here once.
#pragma once

#include <string>
#include <string_view>

#include "dynamodb/replicas.h"

namespace lifeboat::dynamodb {

namespace message_kind {
inline constexpr std::string_view kCreate = "create";
inline constexpr std::string_view kMade = "made";
inline constexpr std::string_view kAdded = "added";
inline constexpr std::string_view kActive = "active";
inline constexpr std::string_view kRefused = "refused";
inline constexpr std::string_view kDelete = "delete";
inline constexpr std::string_view kRemoving = "removing";
inline constexpr std::string_view kLeft = "left";
inline constexpr std::string_view kKept = "kept";
inline constexpr std::string_view kSettings = "settings";
inline constexpr std::string_view kProtection = "protection";
}  // namespace message_kind

struct Replicas::Message {
  std::string from;
  std::string kind;
  Table identity;  ///< Id, name and key schema only.
  std::optional<Replica> about;
  std::vector<Replica> members;  ///< kCreate and kDelete: the others, the sender among them.
  json::Object settings;         ///< kCreate and kSettings.
  std::string stream_view_type;  ///< kCreate.
};

}  // namespace lifeboat::dynamodb
