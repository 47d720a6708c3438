// What a region says to calls for services of AWS that no world has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace lifeboat::region {

/// The service that a request is for by its signature's scope, or else by a host of AWS's in
/// `region`; nullopt when neither names one.
std::optional<std::string> ServiceAskedFor(const http::Request& request, std::string_view region);

/// An error that names the service, in the protocol that the request speaks: JSON with a target,
/// Query, or REST. `request_id` is made up.
http::Response RefuseAbsentService(const http::Request& request, std::string_view service,
                                   std::string_view request_id);

}  // namespace lifeboat::region
