// Ids for products whose client gave none.
#pragma once

#include <string>

namespace techmoda {

/// A random UUID (RFC 9562, version 4).
std::string NewUuid();

}  // namespace techmoda
