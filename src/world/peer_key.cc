#include "world/peer_key.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "net/files.h"
#include "net/system.h"

namespace lifeboat::world {
namespace {

constexpr size_t kMaxFileBytes = 1 << 10;
constexpr int kOwnerOnly = 0600;

std::string PathOf(const std::string& data_dir) { return data_dir + "/peer.key"; }

}  // namespace

Result<auth::PeerKey> LoadPeerKey(const std::string& data_dir) {
  const std::string path = PathOf(data_dir);
  const auto text = net::ReadFile(path, kMaxFileBytes);
  if (!text) {
    return Error{text.error().code, fmt::format("{}; `lifeboat up` makes one for a world that "
                                                "has none",
                                                text.error().message)};
  }
  const auto bytes = HexDecode(Trim(*text));
  if (!bytes || bytes->size() != auth::kPeerKeyBytes) {
    return Error{ErrorCode::kCorrupt,
                 fmt::format("{}: not {} hexadecimal digits; remove the file and start the whole "
                             "world again with `lifeboat up`, which makes a new key",
                             path, 2 * auth::kPeerKeyBytes)};
  }
  return auth::PeerKey{*bytes};
}

Result<auth::PeerKey> LoadOrCreatePeerKey(const std::string& data_dir) {
  auto kept = LoadPeerKey(data_dir);
  if (kept || kept.error().code != ErrorCode::kNotFound) return kept;
  const std::string bytes = net::SystemRandomBytes(auth::kPeerKeyBytes);
  if (const Status saved =
          net::WriteFileAtomically(PathOf(data_dir), HexEncode(bytes) + "\n", kOwnerOnly);
      !saved)
    return saved.error();
  return auth::PeerKey{bytes};
}

}  // namespace lifeboat::world
