#include "net/system.h"

#include <malloc.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

#include <system_error>

#include "base/check.h"

namespace lifeboat::net {
namespace {

constexpr int kLargeBlockBytes = 4 << 20;

int64_t ReadClock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

Instant SystemClock::Now() const { return {ReadClock(CLOCK_MONOTONIC)}; }
WallTime SystemClock::WallNow() const { return {ReadClock(CLOCK_REALTIME)}; }

std::string SystemRandomBytes(size_t count) {
  std::string bytes(count, '\0');
  // Requests of up to 256 bytes are never cut short (getrandom(2)).
  Check(getrandom(bytes.data(), count, 0) == static_cast<ssize_t>(count) && count <= 256,
        "the kernel gives random bytes");
  return bytes;
}

Prng NewSystemPrng() {
  uint64_t seed = 0;
  Check(getrandom(&seed, sizeof seed, 0) == sizeof seed, "the kernel gives random bytes");
  return Prng(seed);
}

void ReturnLargeBlocks() { mallopt(M_MMAP_THRESHOLD, kLargeBlockBytes); }

size_t RaiseDescriptorLimit() {
  rlimit limit{};
  Check(getrlimit(RLIMIT_NOFILE, &limit) == 0, "the kernel tells its limits");
  const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

void LimitDescriptors(pid_t process, size_t count) {
  rlimit limit{};
  if (prlimit(process, RLIMIT_NOFILE, nullptr, &limit) != 0) return;
  limit.rlim_max = std::min<rlim_t>(limit.rlim_max, count);
  limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
  prlimit(process, RLIMIT_NOFILE, &limit, nullptr);
}

std::string ErrnoMessage(std::string_view what, int error) {
  return fmt::format("{}: {}", what, std::generic_category().message(error));
}

}  // namespace lifeboat::net
