#include "fault/kinds.h"

#include "base/check.h"

namespace lifeboat::fault {
namespace {

constexpr Parameter kRegion{"region", Form::kRegion, "The region that is hit", "", true};
constexpr Parameter kAnyRegion{"region", Form::kRegion, "Every link from and to this region"};
constexpr Parameter kLink{"link", Form::kLink, "One direction of one link, from A to B, as A:B"};
constexpr Parameter kBoth{"both_ways", Form::kYesNo, "With `link`: both directions", "no"};
constexpr Parameter kFunction{"function", Form::kText, "Only this function; all when left out"};
constexpr Parameter kShare{"share", Form::kShare, "How many of the requests", "100%"};
constexpr Parameter kApiService{"service",    Form::kWord, "Where: at API Gateway or in Lambda",
                                "apigateway", false,       "apigateway|lambda"};
constexpr Parameter kCheck{"check", Form::kText, "The health check's id, or the name it probes", "",
                           true};
constexpr Parameter kTakes{"takes_region", Form::kYesNo, "Whether it takes `region`", "yes"};

constexpr Parameter kOnRegion[] = {kRegion};
constexpr Parameter kCutParameters[] = {
    kAnyRegion,
    kLink,
    kBoth,
    {"service", Form::kWord,
     "With `region`: instead of links, its functions cannot reach this service", "", false,
     "dynamodb|lambda|s3|all"}};
constexpr Parameter kOnLink[] = {kAnyRegion, kLink, kBoth};
constexpr Parameter kLagParameters[] = {
    kAnyRegion,
    kLink,
    kBoth,
    {"lag", Form::kDuration, "How long after their commit changes are given on", "", true}};
constexpr Parameter kSlowParameters[] = {
    {"region", Form::kRegion, "The region whose requests are slowed"},
    kLink,
    kBoth,
    {"service", Form::kWord, "With `region`: at API Gateway or at the function", "apigateway",
     false, "apigateway|lambda"},
    kFunction,
    {"p50", Form::kDuration, "Half of the requests wait no longer than this", "", true},
    {"max", Form::kDuration, "None waits longer; as `p50` when left out"},
    kShare};
constexpr Parameter kErrorParameters[] = {
    kRegion,
    kApiService,
    kFunction,
    kShare,
    {"status", Form::kInteger, "What clients of API Gateway get", "503", false, "", 400, 599},
    {"when", Form::kWord,
     "before: the function does not run; after: it has run, and what it wrote stays", "before",
     false, "before|after"}};
constexpr Parameter kThrottleParameters[] = {kRegion, kApiService, kFunction, kShare};
constexpr Parameter kNameParameters[] = {
    kRegion,
    {"service", Form::kWord, "The service whose name has no address", "", true,
     "dynamodb|lambda|execute-api|s3|sts|cloudformation|apigateway|acm"}};
constexpr Parameter kOnCheck[] = {kCheck};
constexpr Parameter kBlindParameters[] = {
    kCheck, {"checkers", Form::kInteger, "How many checkers are blind", "", true, "", 1, 64}};
constexpr Parameter kSkewParameters[] = {
    kRegion,
    {"by", Form::kSignedDuration, "How far its wall clock is ahead, or with a minus behind", "",
     true}};
constexpr Parameter kRunParameters[] = {
    {"region", Form::kRegion, "The region that it takes"},
    {"start", Form::kText, "The command that begins it; status 0: it is in force", "", true},
    {"stop", Form::kText, "The command that ends it; status 0: it has ended", "", true},
    {"timeout", Form::kDuration, "Each command is ended after this time", "1m"},
    kTakes};
constexpr Parameter kObserverParameters[] = {{"region", Form::kRegion, "The region that it takes"},
                                             kTakes};

constexpr std::string_view kLinkOrRegion = "region|link";

constexpr KindInfo kKinds[] = {
    {Kind::kKill, "kill", "The region and its functions die at once (SIGKILL).", Doer::kProcesses,
     Takes::kYes, kOnRegion, "", "{place} killed", "{place} started"},
    {Kind::kFreeze, "freeze",
     "The region and its functions stop (SIGSTOP): connections open, nothing answers.",
     Doer::kProcesses, Takes::kYes, kOnRegion, "", "{place} frozen", "{place} thawed"},
    {Kind::kCut, "cut",
     "Nothing passes a link, or the functions of a region cannot reach a service.", Doer::kTable,
     Takes::kIfRegionNamed, kCutParameters, kLinkOrRegion, "{place} cut", "{place} connected"},
    {Kind::kReplicationPause, "replication-pause",
     "Changes wait at their origin, and all come after the end.", Doer::kTable, Takes::kNo, kOnLink,
     kLinkOrRegion, "{place} replication paused", "{place} replication resumed"},
    {Kind::kReplicationLag, "replication-lag", "Changes are given on only so long after.",
     Doer::kTable, Takes::kNo, kLagParameters, kLinkOrRegion, "{place} replication lag {lag}",
     "{place} replication lag ended"},
    {Kind::kSlow, "slow", "Requests, or what passes a link, wait before they are served.",
     Doer::kTable, Takes::kNo, kSlowParameters, kLinkOrRegion, "{place} slowed by {p50}",
     "{place} fast again"},
    {Kind::kApiError, "api-error",
     "A share of the requests is answered with an error, without or with the write done.",
     Doer::kTable, Takes::kIfMost, kErrorParameters, "",
     "{place} answers {share} of requests with {status}", "{place} answers again"},
    {Kind::kThrottle, "throttle", "A share of the requests is throttled.", Doer::kTable,
     Takes::kIfMost, kThrottleParameters, "", "{place} throttles {share} of requests",
     "{place} throttles no longer"},
    {Kind::kNameEmpty, "name-empty", "A service's name in the region has no address any more.",
     Doer::kTable, Takes::kIfTables, kNameParameters, "", "{region} name of {service} empty",
     "{region} name of {service} resolves"},
    {Kind::kHealthInvert, "health-invert",
     "A health check says the opposite of what its checkers see.", Doer::kTable, Takes::kNo,
     kOnCheck, "", "check {check} inverted", "check {check} as seen"},
    {Kind::kCheckerBlind, "checker-blind", "Some checkers cannot reach an endpoint.", Doer::kTable,
     Takes::kNo, kBlindParameters, "", "{checkers} checkers of {check} blind",
     "checkers of {check} see again"},
    {Kind::kNameServerKill,
     "nameserver-kill",
     "The name server and its checkers die.",
     Doer::kProcesses,
     Takes::kNo,
     {},
     "",
     "name server killed",
     "name server started"},
    {Kind::kNameServerFreeze,
     "nameserver-freeze",
     "The name server and its checkers stop: questions are not answered.",
     Doer::kProcesses,
     Takes::kNo,
     {},
     "",
     "name server frozen",
     "name server thawed"},
    {Kind::kControlPlane, "control-plane",
     "The control APIs of the region fail; items, invocations and its APIs live.", Doer::kTable,
     Takes::kNo, kOnRegion, "", "{place} control plane fails", "{place} control plane answers"},
    {Kind::kClockSkew, "clock-skew", "The region's wall clock is ahead or behind.", Doer::kTable,
     Takes::kNo, kSkewParameters, "", "{place} clock off by {by}", "{place} clock right"},
    {Kind::kDiskLost, "disk-lost",
     "The region is killed and its disk is gone: it starts empty at the end.", Doer::kProcesses,
     Takes::kYes, kOnRegion, "", "{place} killed, disk lost", "{place} started empty"},
    {Kind::kDiskRolledBack, "disk-rolled-back",
     "Its beginning is kept as a roll-back point: once the region is killed, its disk is as it was "
     "then.",
     Doer::kProcesses, Takes::kNo, kOnRegion, "", "{place} roll-back point kept",
     "{place} roll-back point dropped"},
    {Kind::kCorrupt,
     "corrupt",
     "A script writes wrong data, which replicates.",
     Doer::kNobody,
     Takes::kNo,
     {},
     "",
     "",
     ""},
    {Kind::kRun, "run", "A fault of your own: one command begins it, another one ends it.",
     Doer::kDrill, Takes::kAsTold, kRunParameters, "", "{start}: done", "{stop}: done"},
    {Kind::kObserver, "observer",
     "A person or another tool injects it, at the moment that the scenario names.", Doer::kDrill,
     Takes::kAsTold, kObserverParameters, "", "{place} fault by others",
     "{place} fault by others over"},
};

constexpr Alias kAliases[] = {
    {"aws:dynamodb:global-table-pause-replication", Kind::kReplicationPause, "", "", "", ""},
    {"aws:network:route-table-disrupt-cross-region-connectivity", Kind::kCut, "", "", "", ""},
    {"aws:network:transit-gateway-disrupt-cross-region-connectivity", Kind::kCut, "", "", "", ""},
    {"aws:network:disrupt-connectivity", Kind::kCut, "service", "all", "", ""},
    {"aws:network:disrupt-vpc-endpoint", Kind::kCut, "service", "dynamodb", "", ""},
    {"aws:lambda:invocation-error", Kind::kApiError, "service", "lambda", "status", "502"},
    {"aws:lambda:invocation-add-delay", Kind::kSlow, "service", "lambda", "", ""},
    {"aws:lambda:invocation-http-integration-response", Kind::kApiError, "service", "lambda", "",
     ""},
    {"aws:fis:inject-api-internal-error", Kind::kApiError, "status", "500", "", ""},
    {"aws:fis:inject-api-unavailable-error", Kind::kApiError, "status", "503", "", ""},
    {"aws:fis:inject-api-throttle-error", Kind::kThrottle, "", "", "", ""},
};

}  // namespace

std::span<const KindInfo> Kinds() { return kKinds; }

const KindInfo& InfoOf(Kind kind) {
  for (const KindInfo& info : kKinds)
    if (info.kind == kind) return info;
  Check(false, "every kind has a row");
  return kKinds[0];
}

std::span<const Alias> Aliases() { return kAliases; }

const Alias* FindAlias(std::string_view action) {
  for (const Alias& alias : kAliases)
    if (alias.action == action) return &alias;
  return nullptr;
}

const KindInfo* FindKind(std::string_view text) {
  for (const KindInfo& info : kKinds)
    if (info.name == text) return &info;
  const Alias* alias = FindAlias(text);
  return alias == nullptr ? nullptr : &InfoOf(alias->kind);
}

std::string_view ToString(Kind kind) { return InfoOf(kind).name; }

std::string KindNames() {
  std::string names;
  for (const KindInfo& info : kKinds) {
    if (info.doer == Doer::kNobody) continue;
    names.append(names.empty() ? "" : ", ").append(info.name);
  }
  return names;
}

const Parameter* FindParameter(const KindInfo& info, std::string_view name) {
  for (const Parameter& parameter : info.parameters)
    if (parameter.name == name) return &parameter;
  return nullptr;
}

}  // namespace lifeboat::fault
