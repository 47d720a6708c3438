// What a function is told by its environment variables.
#pragma once

#include <string>

namespace techmoda {

/// The variable's value, or `fallback` when it is unset or empty.
std::string Env(const char* name, const std::string& fallback = {});

struct Settings {
  std::string table;        ///< TABLE_NAME
  std::string region;       ///< AWS_REGION
  std::string cors_origin;  ///< CORS_ORIGIN, `*` by default
  std::string regions;      ///< REGIONS: all regions of the table, comma-separated; may be empty
};
Settings ReadSettings();

}  // namespace techmoda
