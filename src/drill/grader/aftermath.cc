#include "drill/grader/aftermath.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace lifeboat::drill {
namespace {

/// Per key, what each region holds at the end.
struct FinalKey {
  std::map<std::string, std::optional<int64_t>> seen;  ///< By region; the least of several items.
  bool unread = false;
};
using Finals = std::map<std::string, FinalKey>;

Finals CollectFinals(const RunFacts& facts) {
  Finals finals;
  for (const FinalLine& line : facts.finals) {
    FinalKey& key = finals[line.key];
    key.unread = key.unread || !line.error.empty();
    if (!line.error.empty()) continue;
    const auto [it, is_new] = key.seen.try_emplace(line.region, line.seen);
    if (!is_new && line.seen) it->second = std::min(it->second.value_or(*line.seen), *line.seen);
  }
  return finals;
}

/// The regions that should hold every key at the end: all; the survivors alone where no failback is
/// planned, since nothing then brings the lost one up to date. Version 1: those that the last look
/// has compared.
std::vector<std::string> Holders(const RunFacts& facts) {
  if (facts.header.version >= 2)
    return facts.rules.failback_by == "none" ? facts.rules.survivors : facts.rules.regions;
  std::vector<std::string> out;
  if (const ConvergenceLine* last = LastConvergence(facts))
    for (const auto& [region, digest] : last->digests) out.push_back(region);
  return out;
}

class Aftermaths {
 public:
  Aftermaths(const RunFacts& facts, const History& history, const Audit& audit,
             const Missing& missing, const Outage& outage)
      : facts_(facts),
        history_(history),
        audit_(audit),
        missing_(missing),
        outage_(outage),
        holders_(Holders(facts)),
        finals_(CollectFinals(facts)) {
    for (const FinalLine& line : facts.finals) end_ = std::max(end_, line.t);
    if (const ConvergenceLine* last = LastConvergence(facts)) end_ = std::max(end_, last->t);
    for (const Write& write : missing.writes) missing_ids_.insert({write.key, write.seq});
  }

  Aftermath Find() {
    CheckKnown();
    if (out_.known)
      for (const auto& [name, key] : history_) JudgeKey(name, key);
    else
      for (const Write& write : missing_.writes) out_.fates.push_back({write, "unknown", {}});
    for (const auto& [name, key] : history_) FindGhosts(name, key);
    CountDuplicates();
    std::sort(out_.fates.begin(), out_.fates.end(), [](const Fate& a, const Fate& b) {
      return std::tie(a.write.acked, a.write.key, a.write.seq) <
             std::tie(b.write.acked, b.write.key, b.write.seq);
    });
    return std::move(out_);
  }

 private:
  /// Version 1 has lines of items only: what is not named is absent.
  std::optional<int64_t> SeenIn(const std::string& key, const std::string& region) const {
    const auto final = finals_.find(key);
    if (final == finals_.end()) return std::nullopt;
    const auto it = final->second.seen.find(region);
    return it == final->second.seen.end() ? std::nullopt : it->second;
  }

  void CheckKnown() {
    int64_t lacking = 0;
    std::string first;
    for (const auto& [name, key] : history_) {
      const auto final = finals_.find(name);
      bool whole = final != finals_.end() && !final->second.unread;
      for (const std::string& region : holders_)
        whole = whole && final->second.seen.contains(region);
      if (whole || facts_.header.version < 2) continue;
      if (lacking++ == 0) first = name;
    }
    out_.known = lacking == 0 && !facts_.finals.empty() && !holders_.empty();
    if (out_.known) return;
    out_.unknown = lacking == 0 ? "the final state of the regions was not read"
                                : fmt::format(
                                      "the final state of {} keys was not read in every "
                                      "region, first {}",
                                      lacking, first);
  }

  void JudgeKey(const std::string& name, const KeyHistory& key) {
    std::map<std::string, int64_t> reach;
    bool visible = false;
    for (const std::string& region : holders_) {
      const std::optional<int64_t> seen = SeenIn(name, region);
      reach[region] = key.Reach(seen, end_);
      visible = visible || seen.has_value();
    }
    const Write* last = key.LastAcked();
    const bool undone = last != nullptr && last->op == Op::kDelete && visible &&
                        !missing_ids_.contains({name, last->seq});
    if (undone) {
      ++out_.resurrected;
      out_.resurrected_keys.push_back(name);
    }
    for (const Write& write : key.writes) {
      if (!write.acknowledged() || (undone && &write == last)) continue;
      JudgeWrite(write, key, reach);
    }
  }

  void JudgeWrite(const Write& write, const KeyHistory& key,
                  const std::map<std::string, int64_t>& reach) {
    const bool was_missing = missing_ids_.contains({write.key, write.seq});
    Fate fate{write, "", {}};
    std::optional<int64_t> least;
    for (const auto& [region, number] : reach) {
      least = std::min(least.value_or(number), number);
      if (number < write.seq) fate.regions.push_back(region);
    }
    if (!fate.regions.empty()) {
      fate.fate = was_missing ? "lost-within-rpo" : "lost";
      ++(was_missing ? out_.lost_within_rpo : out_.lost);
    } else if (!was_missing) {
      return;
    } else {
      const Write* winner = key.Find(least.value_or(0));
      const bool by_another = *least > write.seq && winner != nullptr && winner->acknowledged() &&
                              winner->region != outage_.loser;
      fate.fate = by_another ? "overwritten" : "late";
      ++(by_another ? out_.overwritten : out_.late);
    }
    out_.fates.push_back(std::move(fate));
  }

  void FindGhosts(const std::string& name, const KeyHistory& key) {
    for (const Write& write : key.writes) {
      if (write.outcome != Outcome::kFailed || write.op == Op::kDelete) continue;
      bool shown = false;
      if (const auto audited = audit_.keys.find(name); audited != audit_.keys.end())
        for (const auto& [region, place] : audited->second.places)
          shown = shown || place.seen == write.seq;
      if (const auto final = finals_.find(name); final != finals_.end())
        for (const auto& [region, seen] : final->second.seen) shown = shown || seen == write.seq;
      if (!shown) continue;
      ++out_.ghost;
      out_.ghost_keys.push_back(name);
    }
  }

  /// The same logical write is counted once however many regions show it twice.
  void CountDuplicates() {
    std::map<std::tuple<std::string, std::string, std::string, int64_t>, int64_t> items;
    for (const FinalLine& line : facts_.finals)
      if (line.seen) ++items[{line.region, line.key, line.writer, *line.seen}];
    std::map<std::tuple<std::string, std::string, int64_t>, int64_t> extra;
    for (const auto& [id, count] : items) {
      int64_t& most = extra[{std::get<1>(id), std::get<2>(id), std::get<3>(id)}];
      most = std::max(most, count - 1);
    }
    for (const auto& [id, count] : extra) out_.duplicate += count;
  }

  const RunFacts& facts_;
  const History& history_;
  const Audit& audit_;
  const Missing& missing_;
  const Outage& outage_;
  std::vector<std::string> holders_;
  Finals finals_;
  Micros end_ = 0;
  std::set<std::pair<std::string, int64_t>> missing_ids_;
  Aftermath out_;
};

}  // namespace

const ConvergenceLine* LastConvergence(const RunFacts& facts) {
  const ConvergenceLine* last = nullptr;
  for (const ConvergenceLine& line : facts.convergence)
    if (line.last) last = &line;
  return last;
}

Aftermath FindAftermath(const RunFacts& facts, const History& history, const Audit& audit,
                        const Missing& missing, const Outage& outage) {
  return Aftermaths(facts, history, audit, missing, outage).Find();
}

}  // namespace lifeboat::drill
