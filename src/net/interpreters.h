// The programs of this machine that run functions of managed runtimes, found by asking them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lambda/runtimes.h"
#include "net/spawner.h"

namespace lifeboat::net {

/// The version of boto3 that functions of that Python find, with `packages` on their path; empty:
/// none. Blocks for as long as the import takes.
std::string Boto3Version(const std::string& python, const std::string& packages);

class InterpreterFinder {
 public:
  /// `folder` holds pinned installations, each with its programs in `<name>/bin`; it need not be
  /// there. `path` is a search path, as in PATH.
  InterpreterFinder(std::string folder, std::string path);

  /// Of the pinned ones and those on the path, that of the very release; else the path's `node` or
  /// `python3` stands in for it, else any other one. Asks each program once; it may take seconds.
  std::optional<lambda::Interpreter> Find(const lambda::Runtime& runtime);

 private:
  std::vector<std::string> PinnedPrograms(lambda::Language language) const;
  /// The programs of that name on the search path.
  std::vector<std::string> OnPath(const std::string& name) const;
  const std::optional<lambda::Interpreter>& Ask(lambda::Language language,
                                                const std::string& program);

  const std::string folder_;
  const std::string path_;
  Spawner spawner_;
  std::map<std::string, std::optional<lambda::Interpreter>> asked_;
};

}  // namespace lifeboat::net
