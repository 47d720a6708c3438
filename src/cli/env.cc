#include <fmt/format.h>

#include <filesystem>

#include "cli/commands.h"
#include "cli/control.h"
#include "world/exports.h"

namespace lifeboat::cli {
namespace {

/// For a POSIX shell, also when the value has quotes.
std::string ShellQuote(const std::string& value) {
  std::string out = "'";
  for (const char c : value) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

int Env(const CommonOptions& common, const EnvOptions& options) {
  const auto config = LoadWorld(common);
  if (!config) return Fail(config.error().message);
  const std::string ca_path = std::filesystem::absolute(common.data_dir + "/ca/ca.pem").string();
  if (options.ca_path) {
    fmt::print("{}\n", ca_path);
    return kExitDone;
  }
  const world::Exports exports = world::MakeExports(*config, ca_path);
  if (common.json) {
    json::Object object;
    for (const auto& [name, value] : exports.set) object.Set(name, value);
    fmt::print("{}", json::WritePretty(object));
    return kExitDone;
  }
  for (const std::string& name : exports.unset) fmt::print("unset {}\n", name);
  for (const auto& [name, value] : exports.set) {
    fmt::print("export {}={}\n", name, ShellQuote(value));
  }
  return kExitDone;
}

}  // namespace lifeboat::cli
