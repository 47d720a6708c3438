#include "fault/fault.h"

#include <algorithm>

#include <fmt/format.h>

namespace lifeboat::fault {
namespace {

constexpr std::pair<Kind, std::string_view> kNames[] = {
    {Kind::kReplicationPause, "replication-pause"},
    {Kind::kReplicationLag, "replication-lag"},
    {Kind::kCut, "cut"},
};

}  // namespace

std::string_view ToString(Kind kind) {
  for (const auto& [each, name] : kNames) {
    if (each == kind) return name;
  }
  return "";
}

std::optional<Kind> ParseKind(std::string_view text) {
  for (const auto& [kind, name] : kNames) {
    if (name == text) return kind;
  }
  return std::nullopt;
}

void Table::Inject(Fault fault) {
  std::string id = fault.id;
  faults_.insert_or_assign(std::move(id), std::move(fault));
}

bool Table::Clear(std::string_view id) {
  const auto it = faults_.find(id);
  if (it == faults_.end()) return false;
  faults_.erase(it);
  return true;
}

void Table::Expire(Instant now) {
  std::erase_if(
      faults_, [&](const auto& entry) { return entry.second.until && *entry.second.until <= now; });
}

LinkState Table::Get(std::string_view from, std::string_view to) const {
  LinkState state;
  for (const auto& [id, fault] : faults_) {
    if (fault.from != from || fault.to != to) continue;
    state.cut |= fault.kind == Kind::kCut;
    state.paused |= fault.kind != Kind::kReplicationLag;
    if (fault.kind == Kind::kReplicationLag) state.lag = std::max(state.lag, fault.lag);
  }
  return state;
}

std::vector<Fault> Table::List() const {
  std::vector<Fault> list;
  for (const auto& [id, fault] : faults_) list.push_back(fault);
  return list;
}

json::Value ToJson(const Fault& fault, Instant now) {
  json::Object object{
      {"id", fault.id}, {"kind", ToString(fault.kind)}, {"from", fault.from}, {"to", fault.to}};
  if (fault.kind == Kind::kReplicationLag) object.Set("lag_ms", fault.lag.millis());
  if (fault.until) object.Set("remaining_ms", std::max<int64_t>((*fault.until - now).millis(), 0));
  return object;
}

Result<Fault> FromJson(const json::Value& value, Instant now) {
  Fault fault;
  fault.id = value.GetString("id");
  fault.from = value.GetString("from");
  fault.to = value.GetString("to");
  const auto kind = ParseKind(value.GetString("kind"));
  if (!kind) {
    return InvalidError(
        fmt::format("unknown fault kind '{}'; there are replication-pause, replication-lag and cut",
                    value.GetString("kind")));
  }
  if (fault.id.empty() || fault.from.empty() || fault.to.empty()) {
    return InvalidError("a fault needs id, from and to");
  }
  fault.kind = *kind;
  if (const json::Value* lag = value.Find("lag_ms")) fault.lag = Duration::Millis(lag->as_int());
  if (fault.kind == Kind::kReplicationLag && fault.lag <= Duration()) {
    return InvalidError("replication-lag needs a lag above zero");
  }
  if (const json::Value* left = value.Find("remaining_ms"))
    fault.until = now + Duration::Millis(left->as_int());
  return fault;
}

}  // namespace lifeboat::fault
