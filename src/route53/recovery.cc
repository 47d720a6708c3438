#include "route53/recovery.h"

#include <algorithm>

#include <fmt/format.h>

namespace lifeboat::route53 {
namespace {

/// Refusals that a finding cites; it counts the others.
constexpr size_t kMaxCited = 5;

/// What became of the changes that only we had.
struct Outcome {
  size_t made = 0;
  size_t forgotten = 0;  ///< No longer among the batches.
  std::vector<std::string> refusals;
};

State FromCopy(const Snapshot& copy) {
  State state;
  for (const HostedZone& zone : copy.zones) state.zones.emplace(zone.id, zone);
  for (const HealthCheck& check : copy.checks) state.checks.emplace(check.config.id, check);
  state.lineage = copy.lineage;
  state.digest = copy.digest;
  // Whoever holds this snapshot holds a part of our history from now on.
  state.batches[copy.number] = {copy.number, copy.generation, copy.digest};
  return state;
}

bool IsAbsorbed(const Lineage& lineage, const KeptRequest& batch) {
  const auto absorbed = lineage.absorbed.find(batch.generation);
  return absorbed != lineage.absorbed.end() && batch.number <= absorbed->second;
}

/// Makes our own changes after `common` again.
Outcome MakeAgain(const State& own, uint64_t common, const Snapshot& copy, const Recovery& recovery,
                  const Surroundings& around, State& state) {
  Outcome outcome;
  const uint64_t first_kept = own.batches.empty() ? own.number + 1 : own.batches.begin()->first;
  if (first_kept > common + 1) outcome.forgotten = first_kept - common - 1;
  for (auto it = own.batches.upper_bound(common); it != own.batches.end(); ++it) {
    const auto& [number, batch] = *it;
    if (batch.method.empty() || IsAbsorbed(copy.lineage, batch)) continue;
    StateWriter scratch;  // All of the state is written in the end.
    const OperationResult result = Make(batch, recovery.generation, around, state, scratch);
    uint64_t& absorbed = state.lineage.absorbed[batch.generation];
    absorbed = std::max(absorbed, number);
    if (result.ok()) {
      ++outcome.made;
    } else {
      outcome.refusals.push_back(fmt::format("{} {}: {}: {}", batch.method, batch.target,
                                             result.error().code, result.error().message));
    }
  }
  return outcome;
}

std::string Describe(const State& own, const Snapshot& copy, const Recovery& recovery,
                     std::optional<uint64_t> common, const Outcome& outcome) {
  std::string text =
      own.number == 0 ? "the control plane's disk was lost: it knew no change"
      : common        ? fmt::format(
                     "the control plane's disk is an older copy: it knew changes up to {} of those "
                            "that the name server has",
                     *common)
               : std::string(
                     "the control plane has a history that has nothing in common with the name "
                     "server's");
  text += fmt::format(
      ". Zones and health checks were taken back from {}, which had change {} ({} zones, {} "
      "checks)."
      " IAM roles, certificates and stacks that only the lost disk had stay lost",
      recovery.server, copy.number, copy.zones.size(), copy.checks.size());
  if (outcome.made > 0)
    text += fmt::format(". {} changes that were acknowledged since were made again", outcome.made);
  if (outcome.forgotten > 0)
    text += fmt::format(". {} changes could not be made again, because they are no longer kept",
                        outcome.forgotten);
  for (size_t i = 0; i < std::min(outcome.refusals.size(), kMaxCited); ++i)
    text += fmt::format(". Not made again: {}", outcome.refusals[i]);
  if (outcome.refusals.size() > kMaxCited)
    text += fmt::format(". {} more were not made again", outcome.refusals.size() - kMaxCited);
  return text;
}

}  // namespace

State Recover(const State& own, const Snapshot& copy, const Recovery& recovery,
              const Surroundings& around) {
  std::optional<uint64_t> common =
      CommonNumber({own.lineage, own.number}, {copy.lineage, copy.number});
  // One generation cannot make one number twice; if it has, that number is the first to differ.
  if (common == copy.number && !IsOurs(own, copy.held()) && *common > 0) --*common;

  State state = FromCopy(copy);
  state.epoch = recovery.epoch;
  state.number = std::max(own.number, copy.number);
  state.findings = own.findings;
  const uint64_t kept = common.value_or(0);
  state.changes.insert(own.changes.begin(), own.changes.upper_bound(kept));
  const uint64_t before = state.number;
  const Outcome outcome = MakeAgain(own, kept, copy, recovery, around, state);
  StateWriter scratch;
  if (state.number == before) TakeNumber(recovery.generation, state, scratch);
  state.findings.push_back({recovery.now, Describe(own, copy, recovery, common, outcome)});
  if (state.findings.size() > kMaxFindings) state.findings.erase(state.findings.begin());
  return state;
}

}  // namespace lifeboat::route53
