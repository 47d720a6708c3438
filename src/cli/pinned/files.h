// What `lifeboat runtimes install` installs: versions and digests, in the files that npm and pip
// read, built into this program (files.cc.in).
#pragma once

#include <string_view>

namespace lifeboat::cli {

/// A package.json and its package-lock.json.
struct NpmProject {
  std::string_view package;
  std::string_view lock;
};

extern const NpmProject kPinnedSdk;
extern const NpmProject kPinnedNode22;
extern const NpmProject kPinnedNode24;
extern const std::string_view kPinnedRequirements;  ///< Of boto3, for pip.

}  // namespace lifeboat::cli
