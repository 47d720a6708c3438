#include "sim/failover_checker.h"

#include <fmt/format.h>

namespace lifeboat::sim {

FailoverChecker::FailoverChecker(std::string primary, std::string secondary, Instant now)
    : primary_{.name = std::move(primary), .since = now},
      secondary_{.name = std::move(secondary), .since = now},
      server_since_(now) {}

void FailoverChecker::OnRegion(const std::string& region, bool alive, Instant now) {
  for (Life* life : {&primary_, &secondary_}) {
    if (life->name != region) continue;
    life->alive = alive;
    life->since = now;
    primary_.known_dead = secondary_.known_dead = false;
  }
}

void FailoverChecker::CheckAnswer(const std::string& answer, Instant now, Violations& violations) {
  if (answer.empty()) violations.push_back("the name is no longer answered");
  CheckDead(primary_, secondary_, answer, now, violations);
  CheckDead(secondary_, primary_, answer, now, violations);
  const bool primary_is_back = primary_.alive && now - primary_.since >= kFailoverBound &&
                               now - server_since_ >= kRelearnBound;
  if (primary_is_back && answer != primary_.name)
    violations.push_back(fmt::format("the primary has lived for {:.1f} s, and {} is answered",
                                     (now - primary_.since).seconds(), answer));
}

void FailoverChecker::CheckDead(Life& dead, const Life& other, const std::string& answer,
                                Instant now, Violations& violations) const {
  const bool one_is_dead = !dead.alive && other.alive;
  if (!one_is_dead) return;
  const bool long_enough = now - dead.since >= kFailoverBound &&
                           now - other.since >= kFailoverBound &&
                           now - server_since_ >= kRelearnBound;
  if (long_enough) dead.known_dead = true;
  if (dead.known_dead && answer == dead.name)
    violations.push_back(
        fmt::format("{} has been dead for {:.1f} s and is answered; the name server runs for "
                    "{:.1f} s",
                    dead.name, (now - dead.since).seconds(), (now - server_since_).seconds()));
}

void FailoverChecker::CheckQuorum(const std::string& answer,
                                  const std::map<std::string, bool>& healthy,
                                  Violations& violations) const {
  const auto is_wrong = [&](const Life& named, const Life& other) {
    return answer == named.name && !healthy.at(named.name) && healthy.at(other.name);
  };
  if (is_wrong(primary_, secondary_) || is_wrong(secondary_, primary_))
    violations.push_back(answer + " is answered, which the quorum calls down");
}

void FailoverChecker::CheckNotes(const std::set<int>& kept, const std::set<int>& answered,
                                 Violations& violations) {
  for (const int note : kept_) {
    if (!kept.contains(note))
      violations.push_back(
          fmt::format("zones are poorer: change {} was on the name server's disk "
                      "and is not there any more",
                      note));
    if (!answered.contains(note))
      violations.push_back(fmt::format(
          "zones are poorer: change {} is on the name server's disk and is not answered", note));
  }
  kept_ = kept;
}

}  // namespace lifeboat::sim
