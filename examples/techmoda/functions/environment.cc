#include "environment.h"

#include <cstdlib>

namespace techmoda {

std::string Env(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value && *value ? value : fallback;
}

Settings ReadSettings() {
  return {Env("TABLE_NAME"), Env("AWS_REGION"), Env("CORS_ORIGIN", "*"), Env("REGIONS")};
}

}  // namespace techmoda
