// ProcessHost: where function code runs. Implemented by net/ (real processes) and by tests.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "lambda/runtimes.h"

namespace lifeboat::lambda {

/// Names one execution environment for as long as the region process lives.
using EnvironmentId = uint64_t;

struct ProcessSpec {
  std::string code_sha256_hex;  ///< A package that Unpack() has unpacked.
  std::string runtime;          ///< One that ClassifyRuntime() says runs.
  int memory_mb = 0;
  std::map<std::string, std::string>
      variables;  ///< Without AWS_LAMBDA_RUNTIME_API and what depends on where the code lies.
};

struct ProcessExit {
  bool signalled = false;
  int status = 0;  ///< Exit status, or signal number.
};

/// All callbacks run on the owner's thread, never inside the call that caused them.
class ProcessHost {
 public:
  virtual ~ProcessHost() = default;
  /// True when the package with that digest is unpacked and can be started.
  virtual bool HasCode(const std::string& code_sha256_hex) const = 0;
  /// Gives `done` the program that runs functions of a managed runtime: that very release, or one
  /// that stands in for it; nullopt when this machine has none. It may take a second.
  virtual void FindInterpreter(const Runtime& runtime,
                               std::function<void(std::optional<Interpreter>)> done) = 0;
  /// Unpacks a package and gives `done` its digest. One for Language::kNative must have `bootstrap`
  /// in its root, which becomes executable. kInvalid with a message when it hasn't, when the zip is
  /// damaged, has paths that leave its folder, or is over the limits. It may take seconds, in which
  /// the caller's thread goes on.
  virtual void Unpack(std::shared_ptr<const std::string> zip, Language language,
                      std::function<void(Result<std::string> code_sha256_hex)> done) = 0;
  /// Starts `bootstrap`, or the client of a managed runtime (runtimes/), with a runtime API of its
  /// own: requests that the process makes to
  /// AWS_LAMBDA_RUNTIME_API come to `on_request` (and are answered through its Reply, at any later
  /// time), its end to `on_exit` (once), lines on stdout and stderr to `on_log`.
  virtual void Start(EnvironmentId id, ProcessSpec spec,
                     std::function<void(http::Request, http::Reply)> on_request,
                     std::function<void(std::string_view line)> on_log,
                     std::function<void(ProcessExit)> on_exit) = 0;
  /// SIGKILL to the process and what it started. on_exit follows.
  virtual void Kill(EnvironmentId id) = 0;
};

}  // namespace lifeboat::lambda
