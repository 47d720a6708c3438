// What a name server keeps on its disk: two documents, each with a first line that names its kind,
// format and CRC-32, so that a damaged file is noticed and left aside (docs/formats/zones.md).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "health/monitor.h"
#include "json/value.h"

namespace lifeboat::nameserver {

/// Puts the first line in front.
std::string SealDocument(std::string_view kind, std::string_view body);
/// Takes it off again. kCorrupt when kind, format or checksum do not fit.
Result<std::string> OpenDocument(std::string_view kind, std::string_view bytes);

/// Opinions of the checkers and history of each check.
std::string EncodeHealth(const health::Memory& memory);
Result<health::Memory> DecodeHealth(std::string_view text);

}  // namespace lifeboat::nameserver
