#include "drill/generator.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

constexpr int kNotFound = 404;
constexpr int kConflict = 409;

/// Correct as far as one can tell before the audit says what is missing: an item that isn't there
/// may be a missing write, which is the RPO's matter.
bool LooksCorrect(Op op, Outcome outcome, int status) {
  if (outcome == Outcome::kAcknowledged) return true;
  // Who was overtaken is told so.
  if (op == Op::kPutIf && status == kConflict) return true;
  return op != Op::kCreate && status == kNotFound;
}

Outcome Better(Outcome a, Outcome b) {
  if (a == Outcome::kAcknowledged || b == Outcome::kAcknowledged) return Outcome::kAcknowledged;
  return a == Outcome::kUnknown || b == Outcome::kUnknown ? Outcome::kUnknown : Outcome::kFailed;
}

/// Who writes the seed: a patient client that sends nothing but that.
CohortSpec SeedCohort() {
  CohortSpec spec;
  spec.policy.name = kSeedCohort;
  spec.policy.attempts = 3;
  spec.policy.backoff_min = Duration::Millis(100);
  spec.policy.backoff_max = Duration::Seconds(1);
  spec.counted = false;
  spec.clients = 1;
  return spec;
}

}  // namespace

Generator::Client::Client(const CohortSpec& spec, const Setting& setting)
    : resolver(setting.host.dialer, setting.host.clock, setting.world.name_servers, spec.policy),
      session(setting.host.dialer, setting.host.clock, resolver, setting.places,
              spec.policy.connections) {
  if (!spec.via.empty()) resolver.Pin(setting.places.Find(spec.via)->address);
}

Generator::Generator(const Setting& setting, Workload& workload, KnownItems& items, AttemptIds& ids,
                     Prng prng)
    : setting_(setting), workload_(workload), items_(items), ids_(ids), prng_(std::move(prng)) {
  const auto& specs = setting.scenario.cohorts;
  for (size_t i = 0; i < specs.size(); ++i)
    AddCohort(specs[i], static_cast<double>(i) / static_cast<double>(specs.size()));
  AddCohort(SeedCohort(), 0);
}

/// Client i of N starts at (i + u) / N of its period, one u a cohort; so the ages are even at any
/// moment.
void Generator::AddCohort(const CohortSpec& spec, double phase) {
  const auto clients = static_cast<size_t>(spec.clients);
  const WorkloadSpec& workload = setting_.scenario.workload;
  // A client writes half a round after it has read.
  Cohort cohort{spec,
                {},
                Pace(workload.read_rate * spec.share, clients, phase),
                Pace(workload.write_rate * spec.share, clients, phase, clients / 2)};
  constexpr int64_t kSteps = 1 << 20;
  const double u = static_cast<double>(prng_.Below(kSteps)) / static_cast<double>(kSteps);
  const bool keep = spec.policy.connections == client::ConnectionPolicy::kKeepAlive;
  for (int i = 0; i < spec.clients; ++i) {
    auto made = std::make_unique<Client>(spec, setting_);
    made->resolver.BeginAt((i + u) / static_cast<double>(clients),
                           keep ? spec.policy.lifetime : Duration{});
    if (keep) made->session.LimitLifetime(spec.policy.lifetime);
    cohort.clients.push_back(std::move(made));
  }
  cohorts_.push_back(std::move(cohort));
}

void Generator::Start() {
  running_ = true;
  started_ = setting_.Now();
  ScheduleTick();
}

Instant Generator::next_due() const {
  std::optional<Duration> next;
  for (const Cohort& cohort : cohorts_)
    for (const Pace* pace : {&cohort.reads, &cohort.writes})
      if (pace->active()) next = std::min(next.value_or(pace->due()), pace->due());
  return started_ + next.value_or(Duration::Hours(1));
}

void Generator::ScheduleTick() {
  const Duration wait = std::max(Duration{}, next_due() - setting_.Now());
  setting_.host.scheduler.After(wait, lifeline_.Guard([this] { Tick(); }));
}

void Generator::Tick() {
  if (!running_) return;
  for (size_t cohort = 0; cohort < cohorts_.size(); ++cohort) {
    SendDue(cohort, RequestClass::kWrite);
    SendDue(cohort, RequestClass::kRead);
  }
  ScheduleTick();
}

void Generator::SendDue(size_t cohort, RequestClass request_class) {
  const bool write = request_class == RequestClass::kWrite;
  Pace& pace = write ? cohorts_[cohort].writes : cohorts_[cohort].reads;
  if (!pace.active()) return;
  const Instant now = setting_.Now();
  for (; started_ + pace.due() <= now; pace.Advance()) {
    const Instant scheduled = started_ + pace.due();
    const Who who{cohort, pace.client()};
    if (const auto request = Plan(who, request_class)) Begin(*request, scheduled);
  }
}

std::optional<PlannedRequest> Generator::Plan(const Who& who, RequestClass request_class) {
  const bool write = request_class == RequestClass::kWrite;
  const auto& shared = cohorts_[who.cohort].spec.shared;
  if (!shared) return write ? workload_.NextWrite(who) : workload_.NextRead(who);
  if (!write) return workload_.NextSharedRead(who, shared->pool);
  return workload_.NextSharedWrite(who, shared->pool, [&](const PlannedRequest& request) {
    return request.op != Op::kPutIf || shared_versions_.contains({who.cohort, request.key});
  });
}

std::string Generator::WriterOf(const PlannedRequest& request) const {
  const std::string& cohort = cohorts_[request.who.cohort].spec.policy.name;
  return request.creates ? cohort : fmt::format("{}/{}", cohort, request.who.client);
}

void Generator::Send(const PlannedRequest& request) { Begin(request, setting_.Now()); }

void Generator::Begin(const PlannedRequest& request, Instant scheduled) {
  const int64_t id = ids_.Next();
  const Instant now = setting_.Now();
  ItemValues values = items_.Values(request.key, request.seq);
  if (request.shared) {
    values.writer = WriterOf(request);
    const auto version = shared_versions_.find({request.who.cohort, request.key});
    if (version != shared_versions_.end()) values.version = version->second;
  }
  in_flight_[id] = {request, std::move(values), id, 0, scheduled, now, Outcome::kFailed};
  scheduled_.insert(scheduled);
  lateness_.push_back(now - scheduled);
  if (in_flight_.size() <= kMaxInFlight) return Try(id);
  client::Exchange none;
  none.error.message = "too many requests in flight";
  Note(in_flight_[id], none, Outcome::kFailed, {}, true);
  End(id, none);
}

void Generator::Try(int64_t id) {
  InFlight& flight = in_flight_.at(id);
  ++flight.n;
  flight.sent = setting_.Now();
  const PlannedRequest& request = flight.request;
  const Scenario& s = setting_.scenario;
  cohorts_[request.who.cohort].clients[request.who.client]->session.Send(
      s.target,
      MakeRequest(s.api, s.target, request.creates ? Op::kCreate : request.op, flight.values,
                  setting_.options.headers),
      s.workload.timeout,
      lifeline_.Guard([this, id](client::Exchange exchange) { OnExchange(id, exchange); }));
}

void Generator::OnExchange(int64_t id, const client::Exchange& exchange) {
  InFlight& flight = in_flight_.at(id);
  const client::CohortPolicy& policy = cohorts_[flight.request.who.cohort].spec.policy;
  const Outcome outcome = Classify(exchange);
  flight.outcome = Better(flight.outcome, outcome);
  const bool stopped = started_.ns != 0 && !running_;
  // Whoever counts on twice would count too much.
  const bool once = flight.request.op == Op::kIncrement && !flight.request.creates;
  const bool again = !stopped && !once && flight.n < policy.attempts && WorthRetrying(exchange);
  Note(flight, exchange, outcome, Learn(flight, exchange, outcome), !again);
  if (!again) return End(id, exchange);
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

std::string Generator::RegionAt(const std::string& address) const {
  const client::RegionPlace* place = setting_.places.FindByAddress(address);
  return place == nullptr ? address : place->name;
}

/// Keeps what the answer tells of the item, if it is one.
AnswerFacts Generator::Learn(const InFlight& flight, const client::Exchange& exchange,
                             Outcome outcome) {
  AnswerFacts facts;
  const bool acknowledged = outcome == Outcome::kAcknowledged;
  if (acknowledged) facts = ReadAnswer(setting_.scenario.api, exchange.response->body);
  const PlannedRequest& request = flight.request;
  if (request.shared && !request.creates) {
    if (acknowledged && facts.version)
      shared_versions_[{request.who.cohort, request.key}] = *facts.version;
    else
      shared_versions_.erase({request.who.cohort, request.key});
    return facts;
  }
  if (request.op != Op::kGet) {
    items_.OnWrite(request.key, acknowledged, facts, setting_.Now());
    if (acknowledged && request.op == Op::kCreate && !items_.HasId(request.key))
      misfit_ = "the answer to a create has no id where `target.id` says";
  } else if (acknowledged) {
    items_.OnRead(request.key, facts, flight.sent);
    if (items_.CanBeWritten(request.key)) workload_.Release(request.key_index);
  }
  return facts;
}

void Generator::Note(const InFlight& flight, const client::Exchange& exchange, Outcome outcome,
                     const AnswerFacts& facts, bool last) {
  Attempt a;
  a.id = flight.id;
  a.n = std::max(flight.n, 1);
  a.last = last;
  a.cohort = cohorts_[flight.request.who.cohort].spec.policy.name;
  a.client = static_cast<int64_t>(flight.request.who.client);
  a.op = flight.request.op;
  a.key = flight.request.key;
  a.seq = flight.request.seq;
  if (flight.request.shared && a.op != Op::kGet) a.writer = flight.values.writer;
  a.scheduled = setting_.journal.Micros(flight.scheduled);
  a.sent = setting_.journal.Micros(flight.sent);
  a.done = setting_.Micros();
  a.region = RegionAt(exchange.address);
  a.outcome = outcome;
  a.error = exchange.response ? "" : exchange.error.message;
  if (exchange.response) {
    a.status = exchange.response->status;
    if (a.op == Op::kGet && outcome == Outcome::kAcknowledged) {
      a.seen = facts.seq;
      if (a.seen && !flight.request.shared)
        a.match = ContentMatches(setting_.scenario.api, items_.Values(a.key, *a.seen),
                                 exchange.response->body);
    }
  }
  setting_.journal.Note(a);
}

void Generator::End(int64_t id, const client::Exchange& exchange) {
  const auto it = in_flight_.find(id);
  const InFlight flight = std::move(it->second);
  in_flight_.erase(it);
  scheduled_.erase(scheduled_.find(flight.scheduled));
  const PlannedRequest& request = flight.request;
  const int status = exchange.response ? exchange.response->status : 0;
  const Instant now = setting_.Now();
  // What nobody has deleted and yet isn't found.
  const bool absent = request.op != Op::kCreate && flight.outcome != Outcome::kAcknowledged &&
                      status == kNotFound &&
                      (request.op == Op::kDelete || workload_.ShouldExist(request.key_index));
  if (request.op != Op::kGet)
    workload_.OnWriteEnd(request, {flight.outcome, status, RegionAt(exchange.address), now,
                                   !items_.HasId(request.key), !items_.CanBeWritten(request.key)});
  if (!on_end_ || request.who.cohort >= setting_.scenario.cohorts.size()) return;
  on_end_(
      {request.who.cohort, request.op, flight.outcome, status,
       RequestPoint{setting_.journal.Micros(flight.scheduled), (now - flight.scheduled).ns / 1000,
                    LooksCorrect(request.op, flight.outcome, status)},
       setting_.journal.Micros(now), RegionAt(exchange.address), request.who.client, absent});
}

int64_t Generator::settled() const {
  Instant settled = setting_.Now();
  if (running_) settled = std::min(settled, next_due());
  if (!scheduled_.empty()) settled = std::min(settled, *scheduled_.begin());
  return setting_.journal.Micros(settled);
}

Duration Generator::LongestRequest() const {
  Duration longest;
  for (const Cohort& cohort : cohorts_) {
    const client::CohortPolicy& policy = cohort.spec.policy;
    const Duration waits = policy.backoff_max * (policy.attempts - 1);
    longest = std::max(longest, setting_.scenario.workload.timeout * policy.attempts + waits);
  }
  return longest;
}

Duration Generator::TakeLateness() {
  if (lateness_.empty()) return {};
  const size_t at = lateness_.size() * 99 / 100;
  std::nth_element(lateness_.begin(), lateness_.begin() + static_cast<std::ptrdiff_t>(at),
                   lateness_.end());
  const Duration p99 = lateness_[at];
  lateness_.clear();
  return p99;
}

}  // namespace lifeboat::drill
