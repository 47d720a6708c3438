#include "drill/generator.h"

#include <algorithm>

#include "drill/products.h"

namespace lifeboat::drill {
namespace {

constexpr int kNotFound = 404;

/// Correct as far as one can tell before the audit says what is missing: an item that isn't there
/// may be a missing write, which is the RPO's matter.
bool LooksCorrect(Op op, Outcome outcome, int status) {
  if (outcome == Outcome::kAcknowledged) return true;
  return op != Op::kCreate && status == kNotFound;
}

Outcome Better(Outcome a, Outcome b) {
  if (a == Outcome::kAcknowledged || b == Outcome::kAcknowledged) return Outcome::kAcknowledged;
  return a == Outcome::kUnknown || b == Outcome::kUnknown ? Outcome::kUnknown : Outcome::kFailed;
}

}  // namespace

Generator::Cohort::Cohort(const CohortSpec& cohort, const Setting& setting)
    : spec(cohort),
      resolver(setting.host.dialer, setting.host.clock, setting.world.name_servers, cohort.policy),
      session(setting.host.dialer, setting.host.clock, resolver, setting.places,
              cohort.policy.connections) {}

Generator::Generator(const Setting& setting, Workload& workload, Prng prng)
    : setting_(setting),
      workload_(workload),
      prng_(std::move(prng)),
      reads_(setting.scenario.workload.read_rate, setting.scenario.cohorts.size()),
      writes_(setting.scenario.workload.write_rate, setting.scenario.cohorts.size()) {
  for (const CohortSpec& spec : setting.scenario.cohorts)
    cohorts_.push_back(std::make_unique<Cohort>(spec, setting));
}

void Generator::Start() {
  running_ = true;
  started_ = setting_.host.clock.Now();
  ScheduleTick();
}

Instant Generator::next_due() const {
  return started_ + std::min(reads_.active() ? reads_.due() : writes_.due(),
                             writes_.active() ? writes_.due() : reads_.due());
}

void Generator::ScheduleTick() {
  const Duration wait = std::max(Duration{}, next_due() - setting_.host.clock.Now());
  setting_.host.scheduler.After(wait, lifeline_.Guard([this] { Tick(); }));
}

void Generator::Tick() {
  if (!running_) return;
  SendDue(writes_, RequestClass::kWrite);
  SendDue(reads_, RequestClass::kRead);
  ScheduleTick();
}

void Generator::SendDue(Pace& pace, RequestClass request_class) {
  if (!pace.active()) return;
  const Instant now = setting_.host.clock.Now();
  for (; started_ + pace.due() <= now; pace.Advance()) {
    const Instant scheduled = started_ + pace.due();
    if (request_class == RequestClass::kWrite) {
      Begin(workload_.NextWrite(pace.cohort()), scheduled);
    } else if (const auto read = workload_.NextRead(pace.cohort())) {
      Begin(*read, scheduled);
    }
  }
}

void Generator::Send(const PlannedRequest& request) { Begin(request, setting_.host.clock.Now()); }

void Generator::Begin(const PlannedRequest& request, Instant scheduled) {
  const int64_t id = next_id_++;
  in_flight_[id] = {request, id, 0, scheduled, scheduled, Outcome::kFailed};
  scheduled_.insert(scheduled);
  if (in_flight_.size() <= kMaxInFlight) return Try(id);
  client::Exchange none;
  none.error.message = "too many requests in flight";
  Note(in_flight_[id], none, Outcome::kFailed, true);
  End(id, 0);
}

void Generator::Try(int64_t id) {
  InFlight& flight = in_flight_.at(id);
  ++flight.n;
  flight.sent = setting_.host.clock.Now();
  cohorts_[flight.request.cohort]->session.Send(
      setting_.scenario.target, ProductRequest(setting_.scenario.target, flight.request),
      setting_.scenario.workload.timeout,
      lifeline_.Guard([this, id](client::Exchange exchange) { OnExchange(id, exchange); }));
}

void Generator::OnExchange(int64_t id, const client::Exchange& exchange) {
  InFlight& flight = in_flight_.at(id);
  const client::CohortPolicy& policy = cohorts_[flight.request.cohort]->spec.policy;
  const Outcome outcome = Classify(exchange);
  flight.outcome = Better(flight.outcome, outcome);
  const bool again = running_ && flight.n < policy.attempts && WorthRetrying(exchange);
  Note(flight, exchange, outcome, !again);
  if (!again) return End(id, exchange.response ? exchange.response->status : 0);
  setting_.host.scheduler.After(Backoff(policy, flight.n),
                                lifeline_.Guard([this, id] { Try(id); }));
}

/// Doubled with each attempt, drawn from the upper half so that clients don't march in step.
Duration Generator::Backoff(const client::CohortPolicy& policy, int attempts_made) {
  Duration wait = policy.backoff_min;
  for (int i = 1; i < attempts_made && wait < policy.backoff_max; ++i) wait = wait * 2;
  wait = std::min(wait, policy.backoff_max);
  return Duration::Nanos(prng_.Between(wait.ns / 2, wait.ns));
}

void Generator::Note(const InFlight& flight, const client::Exchange& exchange, Outcome outcome,
                     bool last) {
  const client::RegionPlace* place = setting_.places.FindByAddress(exchange.address);
  Attempt a;
  a.id = flight.id;
  a.n = std::max(flight.n, 1);
  a.last = last;
  a.cohort = cohorts_[flight.request.cohort]->spec.policy.name;
  a.op = flight.request.op;
  a.key = flight.request.key;
  a.seq = flight.request.seq;
  a.scheduled = setting_.journal.Micros(flight.scheduled);
  a.sent = setting_.journal.Micros(flight.sent);
  a.done = setting_.journal.Micros(setting_.host.clock.Now());
  a.region = place == nullptr ? exchange.address : place->name;
  a.outcome = outcome;
  a.error = exchange.response ? "" : exchange.error.message;
  if (exchange.response) {
    a.status = exchange.response->status;
    if (a.op == Op::kGet && outcome == Outcome::kAcknowledged)
      a.seen = SequenceInProduct(exchange.response->body);
  }
  setting_.journal.Note(a);
}

void Generator::End(int64_t id, int status) {
  const auto it = in_flight_.find(id);
  const InFlight flight = std::move(it->second);
  in_flight_.erase(it);
  scheduled_.erase(scheduled_.find(flight.scheduled));
  if (flight.request.op != Op::kGet) workload_.OnWriteEnd(flight.request, flight.outcome, status);
  if (!on_end_) return;
  const Instant now = setting_.host.clock.Now();
  on_end_(
      {flight.request.cohort, flight.request.op, flight.outcome, status,
       RequestPoint{setting_.journal.Micros(flight.scheduled), (now - flight.scheduled).ns / 1000,
                    LooksCorrect(flight.request.op, flight.outcome, status)},
       setting_.journal.Micros(now)});
}

int64_t Generator::settled() const {
  Instant settled = setting_.host.clock.Now();
  if (running_) settled = std::min(settled, next_due());
  if (!scheduled_.empty()) settled = std::min(settled, *scheduled_.begin());
  return setting_.journal.Micros(settled);
}

Duration Generator::LongestRequest() const {
  Duration longest;
  for (const auto& cohort : cohorts_) {
    const client::CohortPolicy& policy = cohort->spec.policy;
    const Duration waits = policy.backoff_max * (policy.attempts - 1);
    longest = std::max(longest, setting_.scenario.workload.timeout * policy.attempts + waits);
  }
  return longest;
}

}  // namespace lifeboat::drill
