// Sanity: rules that every honest journal keeps, whatever happened in the
// drill. A journal that breaks one is damaged or was changed, and nothing is
// concluded from it.
#pragma once

#include <string>
#include <vector>

#include "drill/grader/facts.h"

namespace lifeboat::drill {

/// The lines of a file as they stand there, for the rules about the file
/// itself.
struct FileCheck {
  std::string chain;                ///< Over all lines, in hex.
  bool chained = false;             ///< Every run of version 2 that has ended names its chain.
  std::vector<std::string> broken;  ///< What the chain, the counts and the last lines contradict.
};
FileCheck CheckFile(const std::vector<std::string>& lines);

/// What the run's lines contradict, each named once with its first example;
/// empty for an honest journal.
std::vector<std::string> CheckSanity(const RunFacts& facts);

/// `9f3a..c2`
std::string ShortChain(const std::string& chain);

}  // namespace lifeboat::drill
