#include "sim/plain_region.h"

#include "base/check.h"

namespace lifeboat::sim {

PlainRegion::PlainRegion(Machine& machine, Network& network, const fault::Table& faults,
                         const Options& options, const replication::GroupConfig& group,
                         std::function<void()> on_caught_up)
    : machine_(machine), network_(network) {
  const uint64_t generation = machine.prng().Next();
  tables_ = std::make_unique<replication::PlainTables>(
      replication::PlainTables::Options{machine.name(), group.table, options.wins,
                                        options.tunables.trim_step, generation,
                                        options.on_salvaged},
      machine.disk().engine(), machine.disk(), machine,
      [this, table = group.table] { replicator_->OnLogMoved(table); });
  const auto no_messages = [](std::string_view, const json::Value&,
                              const std::function<void(Status)>& done) { done({}); };
  auto replicator = replication::Replicator::Open(
      {machine.name(),
       generation,
       0,
       {},
       options.tombstone_rule,
       options.history_rule,
       options.refill_rules,
       options.tunables},
      {machine.disk().engine(), machine.disk(), machine, machine, machine.prng(), *tables_,
       *tables_, *this,
       [&faults](std::string_view from, std::string_view to) { return faults.Get(from, to); },
       no_messages, [on_caught_up = std::move(on_caught_up)](storage::TableId) { on_caught_up(); },
       [](std::string_view, storage::WriteBatch&) {}});
  Check(replicator.ok(), "replication reads back what it has stored");
  replicator_ = *std::move(replicator);
  if (!group.members.empty()) replicator_->SetGroup(group);
}

void PlainRegion::CallPeer(std::string_view region, http::Request request, Duration timeout,
                           std::function<void(Result<http::Response>)> done) {
  network_.Call(machine_, std::string(region), std::move(request), timeout, std::move(done));
}

}  // namespace lifeboat::sim
