// Any bytes as a body: reading ends, and what was read writes the same bytes again or is refused.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "replication/progress.h"
#include "replication/wire.h"

namespace {

using namespace lifeboat;

/// A body that is read must mean the same after another trip.
template <class T>
void Trip(std::string_view bytes, Result<T> (*decode)(std::string_view)) {
  const Result<T> first = decode(bytes);
  if (!first.ok()) return;
  const std::string written = replication::Encode(*first);
  const Result<T> second = decode(written);
  Check(second.ok(), "what we write we can read");
  Check(replication::Encode(*second) == written, "a second trip changes nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Trip(bytes, replication::DecodePullRequest);
  Trip(bytes, replication::DecodeSnapshotRequest);
  Trip(bytes, replication::DecodePage);
  Trip(bytes, replication::DecodeMessagePost);
  Trip(bytes, replication::DecodeMessageReceipt);
  Trip(bytes, replication::DecodeGreeting);
  Trip(bytes, replication::DecodeWitness);
  const auto progress = replication::DecodeProgress(bytes);
  if (progress.ok()) {
    const std::string written = replication::EncodeProgress(*progress);
    Check(replication::DecodeProgress(written).ok(), "progress that we write we can read");
  }
  return 0;
}
