#include "cli/target_headers.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

namespace lifeboat::cli {

Result<http::Headers> TargetHeaders(const drill::TargetApi& api) {
  std::map<std::string, std::string> values;
  for (const std::string& name : drill::SecretNames(api)) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0')
      return InvalidError(
          fmt::format("the target's headers need {0}; set it in the environment, for instance "
                      "`export {0}=...`",
                      name));
    if (std::string_view(value).find_first_of("\r\n") != std::string_view::npos)
      return InvalidError(fmt::format("{} has more than one line; no header can", name));
    values[name] = value;
  }
  return drill::FilledHeaders(api, values);
}

}  // namespace lifeboat::cli
