// What only the machine can give: its clocks, its randomness, its limits.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/prng.h"
#include "base/time.h"

namespace lifeboat::net {

/// CLOCK_MONOTONIC and CLOCK_REALTIME. May be read by any thread.
class SystemClock final : public Clock {
 public:
  Instant Now() const override;
  WallTime WallNow() const override;
};

/// A generator seeded by the kernel.
Prng NewSystemPrng();

/// `count` bytes of the kernel's (getrandom(2)), for secrets. At most 256.
std::string SystemRandomBytes(size_t count);

/// Lets the process open as many files and sockets as its hard limit allows (getrlimit(2)), and
/// returns how many that are.
size_t RaiseDescriptorLimit();

/// Limits how many files and sockets a process of ours may open (prlimit(2)), no higher than it
/// was. One that has ended is left alone.
void LimitDescriptors(pid_t process, size_t count);

/// Has large blocks of memory returned to the kernel as soon as they are freed (mallopt(3)). By
/// itself glibc keeps what once was many answers of 16 MB.
void ReturnLargeBlocks();

/// `what: No such file or directory`, for an errno value.
std::string ErrnoMessage(std::string_view what, int error);

}  // namespace lifeboat::net
