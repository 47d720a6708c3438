#include "net/function_program.h"

#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "lambda/runtimes/clients.h"
#include "net/files.h"

namespace lifeboat::net {
namespace {

using lambda::Language;
using lambda::ProcessSpec;

constexpr std::string_view kNodeClient = "node.cjs";
constexpr std::string_view kPythonClient = "python.py";

std::string ClientsFolder(const std::string& packages) { return packages + "/.runtime"; }

/// Lambda's arguments: they hold a function to most of its memory size, a tenth of it for the young
/// generation.
std::vector<std::string> NodeArguments(int memory_mb) {
  const int young = memory_mb / 10;
  return {"--expose-gc", "--max-http-header-size=81920",
          fmt::format("--max-semi-space-size={}", young / 2),
          fmt::format("--max-old-space-size={}", memory_mb - young)};
}

/// A path in the package as it is written for AWS, or any other one.
std::string PathHere(const std::string& path, const std::string& code) {
  constexpr std::string_view kTaskRoot = "/var/task/";
  return path.starts_with(kTaskRoot) ? code + "/" + path.substr(kTaskRoot.size()) : path;
}

/// NODE_PATH is for require() alone; import looks in the folders above the importing module.
void LinkSdk(const std::string& sdk, const std::string& packages) {
  std::error_code none;
  if (!std::filesystem::exists(sdk, none)) return;
  std::filesystem::create_directory_symlink(sdk, packages + "/node_modules", none);
}

void UseNode(const ProcessSpec& spec, const std::string& code, const std::string& packages,
             const std::string& runtimes, FunctionProgram& program) {
  for (std::string& argument : NodeArguments(spec.memory_mb)) {
    program.argv.push_back(std::move(argument));
  }
  program.argv.push_back(ClientsFolder(packages) + "/" + std::string(kNodeClient));
  const std::string sdk = runtimes + "/node/node_modules";
  LinkSdk(sdk, packages);
  program.variables.try_emplace("NODE_PATH", fmt::format("{}:{}", sdk, code));
}

void UsePython(const std::string& packages, const std::string& runtimes, FunctionProgram& program) {
  program.argv.push_back("-s");  // What its owner has installed for himself is not on AWS.
  program.argv.push_back(ClientsFolder(packages) + "/" + std::string(kPythonClient));
  program.variables.try_emplace("PYTHONPATH", runtimes + "/python");
}

}  // namespace

FunctionProgram MakeFunctionProgram(const ProcessSpec& spec, const std::string& code,
                                    const std::string& packages, const std::string& runtimes,
                                    const lambda::Interpreter* interpreter) {
  FunctionProgram program{.variables = spec.variables};
  program.variables["LAMBDA_TASK_ROOT"] = code;
  program.variables["PWD"] = code;
  if (!interpreter) {
    program.argv = {code + "/bootstrap"};
    return program;
  }
  program.variables["LAMBDA_RUNTIME_DIR"] = ClientsFolder(packages);
  program.variables.try_emplace("LD_LIBRARY_PATH", fmt::format("{}:{}/lib", code, code));
  const auto wrapper = program.variables.find("AWS_LAMBDA_EXEC_WRAPPER");
  if (wrapper != program.variables.end()) program.argv.push_back(PathHere(wrapper->second, code));
  std::string& path = program.variables["PATH"];
  const std::string own = std::filesystem::path(interpreter->path).parent_path().string();
  path = path.empty() ? own : fmt::format("{}:{}", own, path);
  program.argv.push_back(interpreter->path);
  interpreter->language == Language::kNode ? UseNode(spec, code, packages, runtimes, program)
                                           : UsePython(packages, runtimes, program);
  return program;
}

Status WriteRuntimeClients(const std::string& packages) {
  const std::string folder = ClientsFolder(packages);
  if (Status made = MakeFolders(folder); !made) return made;
  for (const auto& [name, text] : {std::pair{kNodeClient, lambda::kNodeClient},
                                   std::pair{kPythonClient, lambda::kPythonClient}}) {
    const std::string path = fmt::format("{}/{}", folder, name);
    const auto present = ReadFile(path, text.size() + 1);
    if (present && *present == text) continue;
    if (Status written = WriteFileAtomically(path, text); !written) return written;
  }
  return {};
}

}  // namespace lifeboat::net
