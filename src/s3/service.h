// The code bucket: as much of Amazon S3 as deploying code and templates needs. Objects are bytes
// under names in Space::kMeta; nothing is versioned, shared or public.
//
// Every operation reads the engine and answers after its own change is durable, so the service
// keeps no state besides a count of the writes that are under way.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/prng.h"
#include "base/time.h"
#include "http/message.h"
#include "storage/committer.h"
#include "storage/engine.h"

namespace lifeboat::s3 {

class Service {
 public:
  struct Options {
    std::string region;
    std::string account;
  };
  struct Dependencies {
    storage::Engine& engine;
    storage::Committer& committer;
    const Clock& clock;
    Prng& prng;
  };

  Service(Options options, Dependencies dependencies)
      : options_(std::move(options)), dependencies_(dependencies) {}

  /// A request whose signature has been checked, path style or virtual-host style (Amazon S3 User
  /// Guide, "Virtual hosting of buckets"). The answer to HEAD has Content-Length and no body.
  void Handle(const http::Request& request, http::Reply reply);

  /// An object's bytes, for code that runs in the same region. kNotFound with S3's text.
  Result<std::string> GetObject(std::string_view bucket, std::string_view key) const;

 private:
  Options options_;
  Dependencies dependencies_;
  std::map<std::string, int> writes_under_way_;  // By bucket, while not yet durable.
};

/// Amazon S3 allows 5 GB in one PutObject; this bucket holds code packages and templates.
inline constexpr size_t kMaxObjectBytes = 64 * 1024 * 1024;
inline constexpr size_t kMaxBuckets = 100;
inline constexpr size_t kMaxKeyBytes = 1024;
inline constexpr size_t kMaxUserMetadataBytes = 2048;
inline constexpr size_t kMaxParts = 10'000;
inline constexpr size_t kMaxListedKeys = 1000;
/// Bodies are stored in pieces of this size.
inline constexpr size_t kChunkBytes = 256 * 1024;

}  // namespace lifeboat::s3
