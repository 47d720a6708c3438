// The key of a world, by which its processes know each other (auth/peer_signature.h). It stands in
// `peer.key` beside world.json, readable by its owner only, and goes into no environment.
#pragma once

#include <string>

#include "auth/peer_signature.h"
#include "base/result.h"

namespace lifeboat::world {

/// Of the world in `data_dir`. The error says which file is wrong and what makes a new one.
Result<auth::PeerKey> LoadPeerKey(const std::string& data_dir);
/// Draws and stores a key first when there is no file yet.
Result<auth::PeerKey> LoadOrCreatePeerKey(const std::string& data_dir);

}  // namespace lifeboat::world
