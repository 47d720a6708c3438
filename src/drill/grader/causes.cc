#include "drill/grader/causes.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>

#include "drill/timeline.h"

namespace lifeboat::drill {
namespace {

using Id = std::tuple<std::string, Op, std::string, int64_t, std::string>;

std::string When(const Outage& outage, Micros scheduled) {
  if (!outage.t0 || scheduled < *outage.t0) return "before";
  return outage.healed && scheduled >= *outage.healed ? "after" : "during";
}

/// Length of an IPv4 address, with its port, at the front of `text`; 0 when there is none.
size_t AddressLength(std::string_view text) {
  const size_t length = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view address = text.substr(0, length);
  if (std::count(address.begin(), address.end(), '.') != 3 || address.ends_with('.')) return 0;
  if (length == text.size() || text[length] != ':') return length;
  const size_t end = text.find_first_not_of("0123456789", length + 1);
  return end == length + 1 ? length : std::min(end, text.size());
}

}  // namespace

std::string WithoutAddresses(std::string_view error) {
  std::string out;
  while (!error.empty()) {
    const char before = out.empty() ? ' ' : out.back();
    const bool at_word = before != '.' && !std::isalnum(static_cast<unsigned char>(before));
    if (const size_t length = at_word ? AddressLength(error) : 0) {
      error.remove_prefix(length);
      // In front of the error it is only where the error was met.
      if (out.empty() && error.starts_with(": "))
        error.remove_prefix(2);
      else
        out += "(address)";
    } else {
      out += error.front();
      error.remove_prefix(1);
    }
  }
  return out;
}

std::vector<Cause> FindCauses(const RunFacts& facts, const std::vector<Request>& requests,
                              const Outage& outage) {
  std::map<Id, int64_t> counts;
  for (const Attempt& a : facts.attempts)
    if (a.cohort == kSeedCohort && a.outcome != Outcome::kAcknowledged)
      ++counts[{"seed", a.op, a.region, a.status, WithoutAddresses(a.error)}];
  for (const Request& r : requests)
    if (!r.correct)
      ++counts[{When(outage, r.scheduled), r.op, r.region, r.status, WithoutAddresses(r.error)}];
  std::vector<Cause> out;
  for (const auto& [id, count] : counts) {
    const auto& [when, op, region, status, error] = id;
    out.push_back({when, op, region, status, error, count});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Cause& a, const Cause& b) { return a.count > b.count; });
  return out;
}

std::string Describe(const Cause& cause) {
  std::string what = cause.error;
  if (what.empty())
    what = cause.status == 0    ? "no answer"
           : cause.status < 300 ? "an answer that is not what it must be"
                                : std::to_string(cause.status);
  return fmt::format("{} {}: {}{}", FormatCount(cause.count), ToString(cause.op), what,
                     cause.region.empty() ? "" : " from " + cause.region);
}

}  // namespace lifeboat::drill
