// Who may use the control API. It listens where every program and every web page of this machine
// can send requests, so the place says nothing about the sender: pages are told by Host and Origin,
// and what changes something needs the token, which only the world's owner can read. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "world/config.h"

namespace lifeboat::world {

/// nullopt when `request` may be obeyed, else the answer, with the reason as JSON:
///  - 403: Host is no name of the edge (a page whose name was made to lead here), or Origin is
///    another than the edge's own (a page of another site);
///  - 401: it would change something, and does not carry `Authorization: Bearer <token>`.
std::optional<http::Response> RefuseControl(const Config& config, std::string_view token,
                                            const http::Request& request);

using ControlHandler = std::function<void(http::Request, http::Reply)>;
/// `handler` behind RefuseControl(). `config` must outlive it.
ControlHandler Guarded(const Config& config, std::string token, ControlHandler handler);

}  // namespace lifeboat::world
