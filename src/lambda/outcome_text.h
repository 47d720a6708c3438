// The bodies and log lines that Lambda itself writes when an invocation ends.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "lambda/environment_pool.h"
#include "lambda/invoker.h"

namespace lifeboat::lambda {

/// The body of the Invoke answer: the function's own, or AWS's for a time-out, an exit, or an
/// answer that is too large.
std::string PayloadOf(const Outcome& outcome, std::string_view request_id);

/// Empty when the function answered, else the value of X-Amz-Function-Error.
std::string_view FunctionErrorOf(const Outcome& outcome);

/// The result of an invocation that a fault has failed: for 502 an error of the function itself,
/// for another status a well-formed answer of a proxy integration with that status.
InvokeResult InjectedResult(int status, std::string request_id);

std::string StartLine(std::string_view request_id);
std::string EndLine(std::string_view request_id);
std::string TimeoutLine(std::string_view request_id, WallTime now, Duration timeout);
/// `REPORT RequestId: ...`; memory used is not measured and left out.
std::string ReportLine(std::string_view request_id, const Outcome& outcome, int memory_mb);

}  // namespace lifeboat::lambda
