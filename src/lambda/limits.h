// Every limit of functions and of their environments. Those marked AWS are Lambda's own quotas
// (Developer Guide, "Lambda quotas"); the others are ours, for one machine.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace lifeboat::lambda {

// AWS.
inline constexpr size_t kMaxFunctionNameLength = 64;
inline constexpr int kDefaultTimeoutSeconds = 3;
inline constexpr int kMaxTimeoutSeconds = 900;
inline constexpr int kDefaultMemoryMb = 128;
inline constexpr int kMaxMemoryMb = 10240;
inline constexpr size_t kMaxVariablesBytes = 4096;
inline constexpr size_t kMaxZipBytes = 50 * 1024 * 1024;
inline constexpr size_t kMaxPayloadBytes = 6 * 1024 * 1024;
inline constexpr size_t kMaxResponseBytes = 6 * 1024 * 1024 + 100;
inline constexpr size_t kMaxEventPayloadBytes = 256 * 1024;
inline constexpr size_t kMaxPolicyBytes = 20 * 1024;
inline constexpr size_t kLogTailBytes = 4096;
inline constexpr Duration kInitLimit = Duration::Seconds(10);
inline constexpr int kMaxEventRetries = 2;
inline constexpr Duration kFirstEventRetry = Duration::Minutes(1);
inline constexpr Duration kSecondEventRetry = Duration::Minutes(2);
inline constexpr size_t kMaxTags = 50;
inline constexpr size_t kMaxListItems = 50;

// Ours.
/// Invocations of one function at once; each has a process.
inline constexpr size_t kMaxConcurrencyPerFunction = 50;
/// Invocations of all functions of a region at once (AWS: 1000, less for new accounts).
inline constexpr size_t kMaxConcurrencyPerRegion = 200;
/// Asynchronous events that wait, retries included.
inline constexpr size_t kMaxQueuedEvents = 1000;
inline constexpr size_t kMaxFunctions = 500;
/// An environment that had no invocation for so long is ended.
inline constexpr Duration kIdleEnvironmentLife = Duration::Minutes(5);
/// Log lines that a function keeps, and the longest line.
inline constexpr size_t kMaxLogBytes = 256 * 1024;
inline constexpr size_t kMaxLogLineBytes = 16 * 1024;
/// Control-plane calls that may wait for the one that runs.
inline constexpr size_t kMaxQueuedControlCalls = 256;

static_assert(kMaxConcurrencyPerFunction <= kMaxConcurrencyPerRegion);
static_assert(kLogTailBytes < kMaxLogBytes && kMaxLogLineBytes < kMaxLogBytes);

}  // namespace lifeboat::lambda
