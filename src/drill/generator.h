// Generator: sends the workload on time and journals every attempt. Each cohort has a resolver, a
// cache and connections of its own.
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
#include "drill/live_timeline.h"
#include "drill/setting.h"
#include "drill/workload.h"

namespace lifeboat::drill {

/// More requests in flight than this are not sent but journaled as failed.
inline constexpr size_t kMaxInFlight = 20'000;

class Generator {
 public:
  using OnEnd = std::function<void(const RequestEnd&)>;
  Generator(const Setting& setting, Workload& workload, Prng prng);

  /// Starts the pace now. OnEnd of every request, warm-up's included, goes to `on_end`.
  void Start();
  void set_on_end(OnEnd on_end) { on_end_ = std::move(on_end); }
  /// No new requests; those in flight go on.
  void Stop() { running_ = false; }
  /// Sends one request now, outside of the pace: the warm-up's.
  void Send(const PlannedRequest& request);

  bool idle() const { return in_flight_.empty(); }
  size_t in_flight() const { return in_flight_.size(); }
  /// Every request that was scheduled before this has ended. Microseconds since the run began.
  int64_t settled() const;
  /// The longest that one request can take, retries and waits included.
  Duration LongestRequest() const;

 private:
  struct Cohort {
    Cohort(const CohortSpec& cohort, const Setting& setting);
    CohortSpec spec;
    client::Resolver resolver;
    client::HttpSession session;
  };
  struct InFlight {
    PlannedRequest request;
    int64_t id = 0;
    int n = 0;
    Instant scheduled;
    Instant sent;
    /// The best of the attempts so far: acknowledged, else unknown, else failed.
    Outcome outcome = Outcome::kFailed;
  };
  void Tick();
  Instant next_due() const;
  void ScheduleTick();
  void SendDue(Pace& pace, RequestClass request_class);
  void Begin(const PlannedRequest& request, Instant scheduled);
  void Try(int64_t id);
  void OnExchange(int64_t id, const client::Exchange& exchange);
  void Note(const InFlight& flight, const client::Exchange& exchange, Outcome outcome, bool last);
  void End(int64_t id, int status);
  Duration Backoff(const client::CohortPolicy& policy, int attempts_made);

  const Setting& setting_;
  Workload& workload_;
  Prng prng_;
  std::vector<std::unique_ptr<Cohort>> cohorts_;
  Pace reads_;
  Pace writes_;
  Instant started_;
  bool running_ = false;
  std::map<int64_t, InFlight> in_flight_;
  std::multiset<Instant> scheduled_;  ///< Of those in flight.
  int64_t next_id_ = 1;
  OnEnd on_end_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
