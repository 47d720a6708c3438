#include "fault/fault.h"

#include <fmt/format.h>

#include <algorithm>

namespace lifeboat::fault {
namespace {

constexpr Duration kLongest = Duration::Minutes(7 * 24 * 60);

template <class T>
T Get(const Fault& fault, std::string_view parameter) {
  const auto it = fault.values.find(parameter);
  if (it == fault.values.end()) return T{};
  const T* value = std::get_if<T>(&it->second);
  return value == nullptr ? T{} : *value;
}

/// The text of a parameter, for people; empty when it is not given.
std::string Shown(const Fault& fault, std::string_view name) {
  const Parameter* parameter = FindParameter(fault.info(), name);
  const auto it = fault.values.find(name);
  if (parameter == nullptr || it == fault.values.end()) return "";
  return ToText(*parameter, it->second);
}

std::string Fill(std::string_view words, const Fault& fault) {
  std::string out;
  while (!words.empty()) {
    const size_t open = words.find('{');
    out.append(words.substr(0, open));
    if (open == std::string_view::npos) break;
    const size_t close = words.find('}', open);
    const std::string_view name = words.substr(open + 1, close - open - 1);
    out.append(name == "place" ? PlaceOf(fault) : Shown(fault, name));
    words.remove_prefix(close + 1);
  }
  return out.starts_with(' ') ? out.substr(1) : out;
}

}  // namespace

const std::string& Fault::Text(std::string_view parameter) const {
  static const std::string kNone;
  const auto it = values.find(parameter);
  if (it == values.end()) return kNone;
  const auto* text = std::get_if<std::string>(&it->second);
  return text == nullptr ? kNone : *text;
}
Duration Fault::Time(std::string_view parameter) const { return Get<Duration>(*this, parameter); }
double Fault::Share(std::string_view parameter) const { return Get<double>(*this, parameter); }
int64_t Fault::Integer(std::string_view parameter) const { return Get<int64_t>(*this, parameter); }
bool Fault::Yes(std::string_view parameter) const { return Get<bool>(*this, parameter); }

std::string_view Fault::from() const {
  const std::string_view link = Text("link");
  return link.substr(0, link.find(':'));
}

std::string_view Fault::to() const {
  const std::string_view link = Text("link");
  const size_t colon = link.find(':');
  return colon == std::string_view::npos ? std::string_view() : link.substr(colon + 1);
}

bool Fault::OnLink(std::string_view a, std::string_view b) const {
  if (a == b || FindParameter(info(), "link") == nullptr) return false;
  if (Has("link")) {
    return (from() == a && to() == b) || (Yes("both_ways") && from() == b && to() == a);
  }
  if (Has("service")) return false;  // Within the region.
  return region() == a || region() == b;
}

bool TakesRegion(const Fault& fault) {
  switch (fault.info().takes) {
    case Takes::kNo:
      return false;
    case Takes::kYes:
      return true;
    case Takes::kIfRegionNamed:
      return fault.Has("region");
    case Takes::kIfMost:
      return fault.Share("share") >= 0.5;
    case Takes::kIfTables:
      return fault.Text("service") == "dynamodb";
    case Takes::kAsTold:
      return fault.Yes("takes_region") && fault.Has("region");
  }
  return false;
}

std::string PlaceOf(const Fault& fault) {
  if (fault.Has("link")) {
    return fmt::format("{} {} {}", fault.from(), fault.Yes("both_ways") ? "and" : "to", fault.to());
  }
  const std::string& service = fault.Text("service");
  std::string place = fault.region();
  if (fault.kind == Kind::kCut && !service.empty()) {
    return fmt::format("{} functions from {}", place, service == "all" ? "every service" : service);
  }
  if (!service.empty()) place += " " + service;
  if (fault.Has("function")) place += " " + fault.Text("function");
  return place;
}

std::string Begun(const Fault& fault) { return Fill(fault.info().begun, fault); }
std::string Ended(const Fault& fault) { return Fill(fault.info().ended, fault); }

Fault OnOneLink(std::string id, Kind kind, std::string_view from, std::string_view to,
                Duration lag) {
  Fault fault;
  fault.id = std::move(id);
  fault.kind = kind;
  fault.values["link"] = fmt::format("{}:{}", from, to);
  if (kind == Kind::kReplicationLag) fault.values["lag"] = lag;
  return fault;
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

const Fault* Table::Find(std::string_view id) const {
  const auto it = faults_.find(id);
  return it == faults_.end() ? nullptr : &it->second;
}

LinkState Table::Get(std::string_view from, std::string_view to) const {
  LinkState state;
  for (const auto& [id, fault] : faults_) {
    if (!fault.OnLink(from, to)) continue;
    state.cut |= fault.kind == Kind::kCut;
    state.paused |= fault.kind == Kind::kCut || fault.kind == Kind::kReplicationPause;
    if (fault.kind == Kind::kReplicationLag) state.lag = std::max(state.lag, fault.Time("lag"));
  }
  return state;
}

std::vector<Fault> Table::List() const {
  std::vector<Fault> list;
  for (const auto& [id, fault] : faults_) list.push_back(fault);
  return list;
}

json::Value ToJson(const Fault& fault, Instant now) {
  json::Object object{{"id", fault.id}, {"kind", ToString(fault.kind)}};
  for (const Parameter& parameter : fault.info().parameters) {
    const auto it = fault.values.find(parameter.name);
    if (it != fault.values.end())
      object.Set(std::string(parameter.name), ToText(parameter, it->second));
  }
  if (fault.until) object.Set("remaining_ms", std::max<int64_t>((*fault.until - now).millis(), 0));
  return object;
}

Result<Fault> FromJson(const json::Value& value, Instant now,
                       std::span<const std::string> regions) {
  if (!value.is_object()) return InvalidError("a fault is a JSON object");
  std::vector<Written> written;
  for (const auto& [key, member] : value.as_object()) {
    if (key == "id" || key == "kind" || key == "remaining_ms") continue;
    written.push_back({key, member.is_string() ? member.as_string() : json::Write(member)});
  }
  auto fault = Make(value.GetString("kind"), written, regions);
  if (!fault) return fault;
  fault->id = value.GetString("id");
  if (fault->id.empty()) return InvalidError("a fault needs an id");
  if (const json::Value* left = value.Find("remaining_ms")) {
    if (!left->is_int() || left->as_int() < 0 || left->as_int() > kLongest.millis())
      return InvalidError("remaining_ms is no count of milliseconds of a week or less");
    fault->until = now + Duration::Millis(left->as_int());
  }
  return fault;
}

}  // namespace lifeboat::fault
