#include "region/region.h"

#include <fmt/format.h>

#include "acm/service.h"
#include "apigateway/service.h"
#include "auth/peer_link.h"
#include "base/ids.h"
#include "base/log.h"
#include "cloudformation/service.h"
#include "dynamodb/service.h"
#include "fault/effects.h"
#include "fault/table_json.h"
#include "iam/service.h"
#include "lambda/service.h"
#include "region/absent_service.h"
#include "region/adapters.h"
#include "region/aws_caller.h"
#include "region/credentials.h"
#include "region/peer_gate.h"
#include "region/router.h"
#include "region/start_gate.h"
#include "replication/replicator.h"
#include "route53/service.h"
#include "s3/service.h"
#include "sts/service.h"

namespace lifeboat::region {
namespace {

/// So long a start waits for what others know of the disk.
constexpr Duration kAwaitPeers = Duration::Seconds(2);
constexpr Duration kTickInterval = Duration::Seconds(1);

http::Response JsonResponse(int status, const json::Value& value) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = json::Write(value) + "\n";
  return response;
}

http::Response MessageAnswer(int status, std::string_view message) {
  return JsonResponse(status, json::Object{{"message", message}});
}

/// Signed with one of the temporary keys that functions get.
bool IsFromFunction(const http::Request& request, const Credentials& credentials) {
  const auto scope = auth::FindCredentialScope(request);
  return scope && credentials.IsTemporary(scope->access_key_id);
}

}  // namespace

struct Region::Impl {
  Options options;
  Host& host;
  fault::Table faults;
  Credentials credentials;
  std::set<std::string> refused_keys;  ///< That the log has told of.
  PeerGate gate;
  StartGate tables_gate;
  auth::PeerLink peer_link;
  PeersOverReplicator peers;
  FaultyLink link;
  AwsCaller caller;
  std::unique_ptr<dynamodb::Service> dynamodb;
  std::unique_ptr<TablesForReplication> tables;
  std::unique_ptr<replication::Replicator> replicator;
  std::unique_ptr<s3::Service> s3;
  std::unique_ptr<CodeFromS3> code;
  std::unique_ptr<lambda::Service> lambda;
  std::unique_ptr<acm::Service> acm;
  std::unique_ptr<CertificatesFromAcm> certificates;
  std::unique_ptr<apigateway::Service> apigateway;
  std::unique_ptr<iam::Service> iam;
  std::unique_ptr<sts::Service> sts;
  std::unique_ptr<route53::Service> route53;  ///< In the region of the global control planes only.
  std::unique_ptr<cloudformation::Service> cloudformation;
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);

  Impl(Options o, Host& h)
      : options(std::move(o)),
        host(h),
        credentials(options.keys, host.prng()),
        gate(options.peer_key, options.name, options.regions, host.prng()),
        peer_link(options.peer_key, options.name, host.prng(),
                  [this](const std::string& to, http::Request request, Duration timeout,
                         auth::PeerLink::Done done) {
                    host.CallPeer(to, std::move(request), timeout, std::move(done));
                  }),
        peers(options.regions),
        link(options.name, peer_link, host, faults),
        caller({options.name, options.global_region}, host, peer_link, credentials,
               [this](Service service, http::Request request, http::Reply reply) {
                 Dispatch(service, request, std::move(reply));
               }) {}

  bool HasGlobalServices() const { return options.name == options.global_region; }

  Status OpenTables();
  Status OpenReplicator();
  /// Tables serve nobody before others have said what they know of the disk, if there is anything
  /// on it that may be old.
  void AwaitPeers();
  Status OpenFunctions();
  Status OpenControlPlanes();
  void Tick();

  /// Draws what faults make of each request of `service`.
  std::function<fault::Trouble(std::string_view)> TroubleAt(std::string_view service);
  /// Everything that is not asked for but told: links, clock.
  void OnFaultsChanged();

  void HandleLifeboat(http::Request request, http::Reply reply);
  void HandleFaults(const http::Request& request, const http::Reply& reply);
  http::AwsResult<const auth::Credentials*> Authenticate(Service service,
                                                         const http::Request& request);
  void NoteRefusedKey(const http::Request& request);
  /// Whether a fault stands before the service; then it has been answered.
  bool RefuseByFault(Service service, const http::Request& request, const http::Reply& reply);
  void HandleAws(http::Request request, http::Reply reply);
  /// Answers once tables serve. Without `authenticate` the request is known to be authentic.
  void AskTables(const http::Request& request, const dynamodb::Authenticate& authenticate,
                 http::Reply reply);
  void Dispatch(Service service, const http::Request& request, http::Reply reply);
  json::Value DescribeStatus() const;
};

Status Region::Impl::OpenTables() {
  auto opened = dynamodb::Service::Open(
      {options.name, std::string(kAccountId), host.generation()},
      {host.engine(), host.committer(), host.clock(), host.scheduler(), host.prng(), peers});
  if (!opened) return opened.error();
  dynamodb = *std::move(opened);
  tables = std::make_unique<TablesForReplication>(*dynamodb);
  return OpenReplicator();
}

Status Region::Impl::OpenReplicator() {
  replication::Replicator::Options own;
  own.region = options.name;
  own.generation = host.generation();
  own.commit = host.committer().durable_commit();
  own.regions = options.regions;
  own.regions.insert(own.regions.end(), options.witnesses.begin(), options.witnesses.end());
  own.tombstone_rule = options.tombstone_rule;
  auto opened = replication::Replicator::Open(
      std::move(own),
      {.engine = host.engine(),
       .committer = host.committer(),
       .clock = host.clock(),
       .scheduler = host.scheduler(),
       .prng = host.prng(),
       .applier = *tables,
       .log = *tables,
       .caller = link,
       .links = [this](std::string_view from, std::string_view to) { return faults.Get(from, to); },
       .on_message =
           [this](std::string_view from, const json::Value& message,
                  std::function<void(Status)> done) {
             dynamodb->OnPeerMessage(from, message, std::move(done));
           },
       .on_caught_up = [this](storage::TableId table) { dynamodb->OnReplicaCaughtUp(table); },
       .reintroduce = [this](
                          std::string_view region,
                          storage::WriteBatch& batch) { dynamodb->Reintroduce(region, batch); }});
  if (!opened) return opened.error();
  replicator = *std::move(opened);
  peers.Connect(*replicator);
  dynamodb->WatchGroups([this](const dynamodb::ReplicationGroup& group) {
    replicator->SetGroup(
        {group.table, group.table_name, group.members, group.joining, group.source});
  });
  dynamodb->WatchLog([this](storage::TableId table) { replicator->OnLogMoved(table); });
  return {};
}

void Region::Impl::AwaitPeers() {
  if (host.committer().durable_commit() == 0 && host.disk().loss == storage::Loss::kNone) return;
  tables_gate.Close();
  replicator->AwaitPeers(kAwaitPeers, [this] { tables_gate.Open(); });
}

Status Region::Impl::OpenFunctions() {
  s3 = std::make_unique<s3::Service>(
      s3::Service::Options{options.name, std::string(kAccountId)},
      s3::Service::Dependencies{host.engine(), host.committer(), host.clock(), host.prng()});
  code = std::make_unique<CodeFromS3>(*s3);
  const auto credentials_for = [this](std::string_view function, std::string_view role_arn) {
    const auth::Credentials& made =
        credentials.MakeTemporary(fmt::format("{}/{}", role_arn, function));
    return lambda::FunctionCredentials{made.access_key_id, made.secret_access_key,
                                       made.session_token};
  };
  auto functions =
      lambda::Service::Open({options.name, std::string(kAccountId), options.function_variables,
                             credentials_for, options.era},
                            {host.engine(), host.committer(), host.clock(), host.scheduler(),
                             host.prng(), host.processes(), *code, TroubleAt("lambda")});
  if (!functions) return functions.error();
  lambda = *std::move(functions);
  auto authority = acm::Service::Open(
      {options.name, std::string(kAccountId)},
      {host.engine(), host.committer(), host.clock(), host.prng(), host.certificate_authority()});
  if (!authority) return authority.error();
  acm = *std::move(authority);
  certificates = std::make_unique<CertificatesFromAcm>(*acm);
  auto gateway = apigateway::Service::Open(
      {options.name, std::string(kAccountId)},
      {host.engine(), host.committer(), host.clock(), host.scheduler(), host.prng(), *lambda,
       *certificates,
       [this](std::string_view name, std::string_view chain_pem, std::string_view key_pem) {
         host.ServeCertificate(name, chain_pem, key_pem);
       },
       TroubleAt("apigateway")});
  if (!gateway) return gateway.error();
  apigateway = *std::move(gateway);
  return {};
}

Status Region::Impl::OpenControlPlanes() {
  sts = std::make_unique<sts::Service>(sts::Service::Options{std::string(kAccountId)}, host.prng());
  if (HasGlobalServices()) {
    auto roles = iam::Service::Open({std::string(kAccountId)},
                                    {host.engine(), host.committer(), host.clock(), host.prng()});
    if (!roles) return roles.error();
    iam = *std::move(roles);
    auto zones = route53::Service::Open(
        {}, {host.engine(), host.committer(), host.clock(), host.scheduler(), host.prng()});
    if (!zones) return zones.error();
    route53 = *std::move(zones);
  }
  auto stacks = cloudformation::Service::Open(
      {options.name, std::string(kAccountId)},
      {host.engine(), host.committer(), host.clock(), host.scheduler(), host.prng(), caller});
  if (!stacks) return stacks.error();
  cloudformation = *std::move(stacks);
  return {};
}

std::function<fault::Trouble(std::string_view)> Region::Impl::TroubleAt(std::string_view service) {
  return [this, service](std::string_view function) {
    return fault::TroubleOf(faults, options.name, service, function, host.prng());
  };
}

void Region::Impl::OnFaultsChanged() {
  host.SetClockSkew(fault::SkewOf(faults, options.name));
  replicator->OnLinksChanged();
}

void Region::Impl::Tick() {
  host.scheduler().After(kTickInterval, [this, alive = std::weak_ptr<bool>(alive)] {
    if (alive.expired()) return;
    const size_t in_force = faults.faults().size();
    faults.Expire(host.clock().Now());
    if (faults.faults().size() != in_force) OnFaultsChanged();
    dynamodb->Tick();
    Tick();
  });
}

// What AWS doesn't have: the peers' protocols, and what the supervisor asks.
void Region::Impl::HandleLifeboat(http::Request request, http::Reply reply) {
  const std::string_view path = http::SplitTarget(request.target).path;
  if (path.starts_with(replication::kPathPrefix)) {
    replicator->Handle(request, std::move(reply));
  } else if (path.starts_with("/_lifeboat/route53/") && route53) {
    route53->HandlePeer(request, std::move(reply));
  } else if (path == "/_lifeboat/status") {
    reply(JsonResponse(200, DescribeStatus()));
  } else if (path == "/_lifeboat/faults") {
    HandleFaults(request, reply);
  } else {
    reply(MessageAnswer(404, fmt::format("there is no {} here", path)));
  }
}

void Region::Impl::HandleFaults(const http::Request& request, const http::Reply& reply) {
  const Instant now = host.clock().Now();
  if (request.method == "PUT") {
    const auto body = json::Parse(request.body);
    auto table = fault::TableFromJson(body ? *body : json::Value(), now);
    if (!table) return reply(MessageAnswer(400, table.error().message));
    faults = *std::move(table);
    OnFaultsChanged();
  }
  reply(JsonResponse(200, fault::TableToJson(faults, now)));
}

// Tools made for emulators send any key, or a token beside a right one. Faithful by default: they
// are refused, and the log says once for each key how to let them in.
http::AwsResult<const auth::Credentials*> Region::Impl::Authenticate(Service service,
                                                                     const http::Request& request) {
  if (options.any_credentials) {
    if (const auto scope = auth::FindCredentialScope(request)) {
      const auth::Credentials* known = credentials.Find(scope->access_key_id);
      return known ? known : &credentials.own();
    }
  }
  const std::string_view region = IsGlobal(service) ? std::string_view("us-east-1") : options.name;
  auto who =
      auth::Verify(request, credentials, {region, SigningName(service)}, host.clock().WallNow());
  if (!who.ok() && who.error().code == "UnrecognizedClientException") NoteRefusedKey(request);
  return who;
}

void Region::Impl::NoteRefusedKey(const http::Request& request) {
  constexpr size_t kMost = 16, kShownBytes = 64;
  const auto scope = auth::FindCredentialScope(request);
  if (!scope || refused_keys.size() >= kMost) return;
  const std::string key = json::Quote(scope->access_key_id.substr(0, kShownBytes));
  if (!refused_keys.insert(key).second) return;
  log::Warn(
      "a request was refused since this world does not know its key {}, or not with that session "
      "token; `lifeboat env` prints the world's keys, `lifeboat up --any-credentials` takes any, "
      "unverified",
      key);
}

bool Region::Impl::RefuseByFault(Service service, const http::Request& request,
                                 const http::Reply& reply) {
  if (faults.empty()) return false;
  const std::string_view name = SigningName(service);
  // Functions ask for a new address with each connection; whoever has one still gets through.
  if (IsFromFunction(request, credentials) &&
      (fault::FunctionsCutFrom(faults, options.name, name) ||
       fault::NameIsEmpty(faults, options.name, name))) {
    http::Response gone;
    gone.status = kCloseWithoutAnswer;
    reply(std::move(gone));
    return true;
  }
  if (!fault::ControlPlaneFails(faults, options.name) || !IsControlPlane(service, request))
    return false;
  const http::AwsError failing{503, "ServiceUnavailable", "Service Unavailable", ""};
  reply(RenderServiceError(service, failing, request, NewUuid(host.prng())));
  return true;
}

void Region::Impl::HandleAws(http::Request request, http::Reply reply) {
  const auto service = ServiceOf(request, options.name);
  const auto absent = service ? std::nullopt : ServiceAskedFor(request, options.name);
  if (absent) return reply(RefuseAbsentService(request, *absent, NewUuid(host.prng())));
  if (!service) {
    const http::AwsError missing{403, "MissingAuthenticationToken",
                                 "Request is missing Authentication Token", ""};
    return reply(http::RenderRestJsonError(missing));
  }
  if (RefuseByFault(*service, request, reply)) return;
  if (*service == Service::kDynamoDb) {  // It complains of other things before the signature.
    const auto authenticate = [this](const http::Request& signed_request) {
      const auto who = Authenticate(Service::kDynamoDb, signed_request);
      return who ? http::AwsResult<void>() : who.error();
    };
    return AskTables(request, authenticate, std::move(reply));
  }
  const auto who = Authenticate(*service, request);
  if (!who) {
    return reply(RenderServiceError(*service, who.error(), request, NewUuid(host.prng())));
  }
  request.headers.Set(kCallerArnHeader, (*who)->arn);
  Dispatch(*service, request, std::move(reply));
}

void Region::Impl::AskTables(const http::Request& request,
                             const dynamodb::Authenticate& authenticate, http::Reply reply) {
  if (tables_gate.is_open()) {
    if (authenticate) return dynamodb->Handle(request, authenticate, std::move(reply));
    return dynamodb->Handle(request, std::move(reply));
  }
  const auto later = [this, request, authenticate, reply] {
    AskTables(request, authenticate, reply);
  };
  if (tables_gate.Pass(later)) return;
  const http::AwsError starting{500, "InternalServerError", "Internal server error", ""};
  reply(RenderServiceError(Service::kDynamoDb, starting, request, NewUuid(host.prng())));
}

void Region::Impl::Dispatch(Service service, const http::Request& request, http::Reply reply) {
  switch (service) {
    case Service::kDynamoDb:
      return AskTables(request, nullptr, std::move(reply));
    case Service::kLambda:
      return lambda->Handle(request, std::move(reply));
    case Service::kApiGateway:
      return apigateway->Handle(request, std::move(reply));
    case Service::kCloudFormation:
      return cloudformation->Handle(request, std::move(reply));
    case Service::kS3:
      return s3->Handle(request, std::move(reply));
    case Service::kAcm:
      return acm->Handle(request, std::move(reply));
    case Service::kSts:
      return sts->Handle(request, request.headers.Get(kCallerArnHeader), reply);
    case Service::kIam:
      if (iam) return iam->Handle(request, std::move(reply));
      break;
    case Service::kRoute53:
      if (route53) return route53->Handle(request, std::move(reply));
      break;
  }
  // The control plane of a global service, asked for in another region: nobody listens there.
  const http::AwsError elsewhere{
      404, "UnknownOperationException",
      fmt::format("The control plane of {} is in {}", SigningName(service), options.global_region),
      ""};
  reply(RenderServiceError(service, elsewhere, request, NewUuid(host.prng())));
}

json::Value Region::Impl::DescribeStatus() const {
  const storage::DiskState& disk = host.disk();
  json::Array witnesses;
  for (const auto& [name, known] : replicator->hello().contradictions()) {
    witnesses.push_back(json::Object{{"name", name},
                                     {"commit", known.commit},
                                     {"generation", fmt::format("{:016x}", known.generation)}});
  }
  json::Object status{{"region", options.name},
                      {"disk", json::Object{{"generation", fmt::format("{:016x}", disk.generation)},
                                            {"commit", host.committer().durable_commit()},
                                            {"loss", storage::ToString(disk.loss)},
                                            {"lost_commits", disk.lost_commits},
                                            {"contradicted_by", std::move(witnesses)}}},
                      {"faults", fault::TableToJson(faults, host.clock().Now())},
                      {"wall", FormatIso8601Millis(host.clock().WallNow())},
                      {"replication", replicator->MetricsJson()}};
  if (route53) status.Set("route53", route53->DescribeStatus());
  return status;
}

Region::Region(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Region::~Region() = default;

Result<std::unique_ptr<Region>> Region::Open(Options options, Host& host) {
  auto impl = std::make_unique<Impl>(std::move(options), host);
  for (const auto open : {&Impl::OpenTables, &Impl::OpenFunctions, &Impl::OpenControlPlanes}) {
    if (const Status opened = (*impl.*open)(); !opened) return opened.error();
  }
  impl->Tick();
  impl->AwaitPeers();
  // Last, since a stack that goes on calls every other service.
  impl->cloudformation->Resume();
  return std::unique_ptr<Region>(new Region(std::move(impl)));
}

void Region::Handle(http::Request request, http::Reply reply) {
  if (!impl_->gate.Admit(request, reply)) return;
  if (request.target.starts_with(kLifeboatPrefix)) {
    impl_->HandleLifeboat(std::move(request), std::move(reply));
  } else if (impl_->apigateway->IsApiHost(request.host())) {
    impl_->apigateway->HandleExecute(request, std::move(reply));
  } else {
    impl_->HandleAws(std::move(request), std::move(reply));
  }
}

void Region::SetFaults(fault::Table faults) {
  impl_->faults = std::move(faults);
  impl_->OnFaultsChanged();
}

json::Value Region::DescribeStatus() const { return impl_->DescribeStatus(); }

}  // namespace lifeboat::region
