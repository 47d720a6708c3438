// Generator: sends the workload on time and journals every attempt. A cohort is a population: each
// of its clients has a resolver, a cache and connections of its own, and the clients begin in every
// phase of them, so that no figure depends on how long the load ran before the fault.
//
// What it must not do is wait for the target: a request goes out when it is due, however many are
// still in flight (open loop), or an outage would lower its own load and hide itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/prng.h"
#include "base/time.h"
#include "client/http_session.h"
#include "client/lifeline.h"
#include "client/resolver.h"
#include "drill/attempt.h"
#include "drill/attempt_ids.h"
#include "drill/live_timeline.h"
#include "drill/setting.h"
#include "drill/target_api/known_items.h"
#include "drill/workload.h"

namespace lifeboat::drill {

/// More requests in flight than this are not sent but journaled as failed.
inline constexpr size_t kMaxInFlight = 20'000;

class Generator {
 public:
  using OnEnd = std::function<void(const RequestEnd&)>;
  Generator(const Setting& setting, Workload& workload, KnownItems& items, AttemptIds& ids,
            Prng prng);

  /// Starts the pace now.
  void Start();
  /// Gets the end of every request of the scenario's cohorts.
  void set_on_end(OnEnd on_end) { on_end_ = std::move(on_end); }
  /// No new requests; those in flight go on.
  void Stop() { running_ = false; }
  /// Sends one write of the seed's now, outside of the pace.
  void Send(const PlannedRequest& request);

  bool idle() const { return in_flight_.empty(); }
  size_t in_flight() const { return in_flight_.size(); }
  /// Every request that was scheduled before this has ended. Microseconds since the run began.
  int64_t settled() const;
  /// The longest that one request can take, retries and waits included.
  Duration LongestRequest() const;
  /// Of the requests sent since the last call: how much later than scheduled 99 % were at most.
  Duration TakeLateness();
  /// What keeps the target from being drilled as it is described; empty when nothing does.
  const std::string& misfit() const { return misfit_; }

 private:
  struct Client {
    Client(const CohortSpec& spec, const Setting& setting);
    client::Resolver resolver;
    client::HttpSession session;
  };
  struct Cohort {
    CohortSpec spec;
    std::vector<std::unique_ptr<Client>> clients;
    Pace reads;
    Pace writes;
  };
  struct InFlight {
    PlannedRequest request;
    ItemValues values;  ///< As known when it began: all of its attempts send the same.
    int64_t id = 0;
    int n = 0;
    Instant scheduled;
    Instant sent;
    /// The best of the attempts so far: acknowledged, else unknown, else failed.
    Outcome outcome = Outcome::kFailed;
  };
  void AddCohort(const CohortSpec& spec, double phase);
  void Tick();
  Instant next_due() const;
  void ScheduleTick();
  void SendDue(size_t cohort, RequestClass request_class);
  void Begin(const PlannedRequest& request, Instant scheduled);
  void Try(int64_t id);
  void OnExchange(int64_t id, const client::Exchange& exchange);
  AnswerFacts Learn(const InFlight& flight, const client::Exchange& exchange, Outcome outcome);
  void Note(const InFlight& flight, const client::Exchange& exchange, Outcome outcome,
            const AnswerFacts& facts, bool last);
  void End(int64_t id, const client::Exchange& exchange);
  std::optional<PlannedRequest> Plan(const Who& who, RequestClass request_class);
  /// Of a shared key: the cohort and the client; of the pool's creation the cohort.
  std::string WriterOf(const PlannedRequest& request) const;
  std::string RegionAt(const std::string& address) const;
  Duration Backoff(const client::CohortPolicy& policy, int attempts_made);

  const Setting& setting_;
  Workload& workload_;
  KnownItems& items_;
  AttemptIds& ids_;
  Prng prng_;
  std::vector<Cohort> cohorts_;  ///< The scenario's, and last the seed's.
  Instant started_;
  bool running_ = false;
  std::map<int64_t, InFlight> in_flight_;
  std::multiset<Instant> scheduled_;  ///< Of those in flight.
  std::vector<Duration> lateness_;
  /// Of shared keys: the version that each cohort was told last, by cohort and key.
  std::map<std::pair<size_t, std::string>, json::Value> shared_versions_;
  std::string misfit_;
  OnEnd on_end_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
