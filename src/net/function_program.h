// What is started for an execution environment: the package's `bootstrap`, or an interpreter with
// the runtime client of its language.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "lambda/process_host.h"

namespace lifeboat::net {

struct FunctionProgram {
  std::vector<std::string> argv;
  std::map<std::string, std::string> variables;
};

/// `code` is the unpacked package, in the folder `packages`; `runtimes` holds SDKs. All are
/// absolute. `interpreter` is nullptr for a runtime without one. Puts the SDKs where an `import` of
/// the package's modules finds them.
FunctionProgram MakeFunctionProgram(const lambda::ProcessSpec& spec, const std::string& code,
                                    const std::string& packages, const std::string& runtimes,
                                    const lambda::Interpreter* interpreter);

/// Writes the clients to where MakeFunctionProgram() takes them from, unless they are there. kIo.
Status WriteRuntimeClients(const std::string& packages);

}  // namespace lifeboat::net
