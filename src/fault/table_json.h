// The table of faults as the supervisor gives it to processes, in requests and as a file.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "fault/fault.h"
#include "json/value.h"

namespace lifeboat::fault {

json::Array TableToJson(const Table& table, Instant now);
/// An array of faults (fault.h, FromJson).
Result<Table> TableFromJson(const json::Value& list, Instant now);

}  // namespace lifeboat::fault
