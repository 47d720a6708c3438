// PlainRegion: a region of which only replication is real; its table is the plainest possible one.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "fault/fault.h"
#include "replication/plain_tables.h"
#include "replication/replicator.h"
#include "sim/network.h"

namespace lifeboat::sim {

class PlainRegion final : public Process, private replication::PeerCaller {
 public:
  struct Options {
    replication::PlainTables::WinsRule wins;
    replication::TombstoneRule tombstone_rule;
    replication::Tunables tunables;
    replication::HistoryRule history_rule = storage::LastCommon;
    replication::RefillRules refill_rules;
    /// See PlainTables::Options.
    std::function<void(const replication::Change& old, const storage::Version& now)> on_salvaged;
  };
  PlainRegion(Machine& machine, Network& network, const fault::Table& faults,
              const Options& options, const replication::GroupConfig& group,
              std::function<void()> on_caught_up);

  void Handle(const http::Request& request, http::Reply reply) override {
    replicator_->Handle(request, std::move(reply));
  }
  replication::PlainTables& tables() { return *tables_; }
  replication::Replicator& replicator() { return *replicator_; }

 private:
  void CallPeer(std::string_view region, http::Request request, Duration timeout,
                std::function<void(Result<http::Response>)> done) override;

  Machine& machine_;
  Network& network_;
  std::unique_ptr<replication::PlainTables> tables_;
  std::unique_ptr<replication::Replicator> replicator_;
};

}  // namespace lifeboat::sim
