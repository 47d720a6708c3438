// `lifeboat runtimes`: which runtimes functions may have here, which program runs each, and whether
// it is the one that the runtime names.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "cli/commands.h"
#include "lambda/runtimes.h"
#include "net/interpreters.h"
#include "world/runtimes_folder.h"

namespace lifeboat::cli {
namespace {

using lambda::Era;
using lambda::Language;
using lambda::RuntimeSupport;

struct Row {
  const lambda::Runtime* runtime;
  std::optional<lambda::Interpreter> interpreter;
};

struct Sdk {
  std::string name;
  std::string found;  ///< Where, or which version; empty: none.
};

std::vector<Row> FindRows(net::InterpreterFinder& finder) {
  std::vector<Row> rows;
  for (const lambda::Runtime& runtime : lambda::Runtimes()) {
    if (ClassifyRuntime(runtime.name, Era::kLab) != RuntimeSupport::kRuns) continue;
    const bool is_native = runtime.language == Language::kNative;
    rows.push_back({&runtime, is_native ? std::nullopt : finder.Find(runtime)});
  }
  return rows;
}

/// What an `import` of an AWS SDK finds in functions, by interpreter.
std::vector<Sdk> FindSdks(const std::vector<Row>& rows, const std::string& folder) {
  const std::string modules = folder + "/node/node_modules";
  const bool has_v3 = access((modules + "/@aws-sdk").c_str(), R_OK) == 0;
  std::vector<Sdk> sdks = {{"@aws-sdk", has_v3 ? modules : ""}};
  for (const Row& row : rows) {
    if (!row.interpreter || row.runtime->language != Language::kPython) continue;
    const std::string name = "boto3 of " + row.interpreter->path;
    const bool is_known =
        std::any_of(sdks.begin(), sdks.end(), [&](const Sdk& sdk) { return sdk.name == name; });
    if (is_known) continue;
    sdks.push_back({name, net::Boto3Version(row.interpreter->path, folder + "/python")});
  }
  return sdks;
}

std::string_view NameOf(Language language) {
  return language == Language::kNode ? "Node.js" : "Python";
}

std::string_view HowExact(const Row& row) {
  if (row.runtime->language == Language::kNative) return "exact";
  if (!row.interpreter) return "refused: none";
  return IsExact(*row.interpreter, *row.runtime) ? "exact" : "another stands in";
}

json::Value ToJson(const std::vector<Row>& rows, const std::vector<Sdk>& sdks,
                   const std::string& folder) {
  json::Array runtimes;
  for (const Row& row : rows) {
    const bool is_native = row.runtime->language == Language::kNative;
    json::Object entry{{"runtime", row.runtime->name},
                       {"era", row.runtime->retired ? "lab" : "any"},
                       {"runs", is_native || row.interpreter.has_value()}};
    if (row.interpreter) {
      entry.Append("program", row.interpreter->path);
      entry.Append("version", row.interpreter->version);
      entry.Append("exact", IsExact(*row.interpreter, *row.runtime));
    }
    runtimes.push_back(std::move(entry));
  }
  json::Object found;
  for (const Sdk& sdk : sdks) {
    found.Append(sdk.name, sdk.found.empty() ? json::Value() : json::Value(sdk.found));
  }
  return json::Object{
      {"runtimes", std::move(runtimes)}, {"sdks", std::move(found)}, {"folder", folder}};
}

void Print(const std::vector<Row>& rows, const std::vector<Sdk>& sdks, const std::string& folder) {
  fmt::print("{:16} {:17} {:9} {}\n", "RUNTIME", "HOW EXACT", "ERA", "RUNS WITH");
  for (const Row& row : rows) {
    std::string program = row.runtime->language == Language::kNative ? "its own bootstrap" : "-";
    if (row.interpreter) {
      program = fmt::format("{} {} {}", NameOf(row.runtime->language), row.interpreter->version,
                            row.interpreter->path);
    }
    fmt::print("{:16} {:17} {:9} {}\n", row.runtime->name, HowExact(row),
               row.runtime->retired ? "lab only" : "any", program);
  }
  fmt::print(
      "\nAWS refuses to create functions with those of era lab, and a world of era today does "
      "too.\n"
      "Java, .NET, Ruby, go1.x and container images are refused by name.\n\nSDKs in functions\n");
  for (const Sdk& sdk : sdks) {
    fmt::print("  {}: {}\n", sdk.name, sdk.found.empty() ? "none" : sdk.found);
  }
  fmt::print("Further interpreters and SDKs are taken from {} (docs/functions.md).\n", folder);
}

}  // namespace

int ListRuntimes(const CommonOptions& common) {
  const std::string folder =
      std::filesystem::absolute(world::RuntimesFolder(common.data_dir)).string();
  const char* path = std::getenv("PATH");
  net::InterpreterFinder finder(folder, path ? path : "");
  const std::vector<Row> rows = FindRows(finder);
  const std::vector<Sdk> sdks = FindSdks(rows, folder);
  if (common.json) {
    fmt::print("{}", json::WritePretty(ToJson(rows, sdks, folder)));
  } else {
    Print(rows, sdks, folder);
  }
  return kExitDone;
}

}  // namespace lifeboat::cli
