#include "world/fault_desk.h"

#include <fmt/format.h>

#include "fault/table_json.h"
#include "world/region_disk.h"

namespace lifeboat::world {
namespace {

constexpr Duration kObeyTimeout = Duration::Seconds(2);

/// Passes on what was seen once a process has done what it was to do.
FaultHands::Done Seen(FaultDesk::Confirmed done, std::string what) {
  return [done = std::move(done), what = std::move(what)](const Status& status) {
    if (!status) return done(status.error());
    done(what);
  };
}

/// Whether `answer`, a list of faults as a process obeys them, is the list that it was given.
Status CheckObeyed(const Result<http::Response>& answer, size_t faults) {
  if (!answer) return answer.error();
  if (answer->status != 200)
    return Error{ErrorCode::kInvalid,
                 fmt::format("a process refuses the faults: {}", answer->body)};
  const auto list = json::Parse(answer->body);
  if (!list || !list->is_array() || list->as_array().size() != faults)
    return Error{ErrorCode::kCorrupt, "a process obeys other faults than it was given"};
  return {};
}

}  // namespace

FaultDesk::FaultDesk(net::EventLoop& loop, FaultHands& hands, std::vector<std::string> regions)
    : loop_(loop), hands_(hands), regions_(std::move(regions)) {}

Status FaultDesk::Supports(const fault::Fault& fault) {
  const fault::KindInfo& info = fault.info();
  if (info.doer == fault::Doer::kProcesses || info.doer == fault::Doer::kTable) return {};
  return InvalidError(
      fmt::format("{} belongs into a drill's scenario; a world does not have it", info.name));
}

void FaultDesk::Inject(fault::Fault fault, Confirmed done) {
  if (const Status supported = Supports(fault); !supported) {
    return loop_.Post([done = std::move(done), supported] { done(supported.error()); });
  }
  Begin(fault, [this, fault, done = std::move(done)](Result<std::string> seen) {
    if (seen) {
      table_.Inject(fault);
      EndLater(fault);
      return done(std::move(seen));
    }
    if (table_.Clear(fault.id)) Push([](const Status&) {});
    done(std::move(seen));
  });
}

void FaultDesk::Begin(const fault::Fault& fault, Confirmed done) {
  switch (fault.kind) {
    case fault::Kind::kKill:
      return hands_.KillRegion(fault.region(), Seen(std::move(done), "its process is gone"));
    case fault::Kind::kFreeze:
      return hands_.FreezeRegion(fault.region(),
                                 Seen(std::move(done), "its processes are stopped"));
    case fault::Kind::kNameServerKill:
      return hands_.KillNameServer(Seen(std::move(done), "its process is gone"));
    case fault::Kind::kNameServerFreeze:
      return hands_.FreezeNameServer(Seen(std::move(done), "its process is stopped"));
    case fault::Kind::kDiskLost:
      return LoseDiskOf(fault.region(), std::move(done));
    case fault::Kind::kDiskRolledBack:
      return KeepDiskOf(fault.region(), std::move(done));
    default:
      table_.Inject(fault);
      return Push(Seen(std::move(done), "the running processes report that they obey it"));
  }
}

void FaultDesk::LoseDiskOf(const std::string& region, Confirmed done) {
  hands_.KillRegion(region, [this, region, done = std::move(done)](const Status& killed) {
    if (!killed) return done(killed.error());
    const Status lost = LoseDisk(hands_.FolderOf(region));
    if (!lost) return done(lost.error());
    done(std::string("its process is gone, and so is what it had stored"));
  });
}

/// The region stands still meanwhile, so that the point is what a crash at one moment would leave.
void FaultDesk::KeepDiskOf(const std::string& region, Confirmed done) {
  hands_.FreezeRegion(region, [this, region, done = std::move(done)](const Status& frozen) {
    if (!frozen) return done(frozen.error());
    const Status kept = KeepDisk(hands_.FolderOf(region));
    hands_.ThawRegion(region, [kept, done](const Status& thawed) {
      if (!kept) return done(kept.error());
      if (!thawed) return done(thawed.error());
      done(std::string("the roll-back point is written"));
    });
  });
}

Status FaultDesk::OnKilled(const std::string& region) {
  for (const auto& [id, fault] : table_.faults()) {
    if (fault.kind == fault::Kind::kDiskRolledBack && fault.region() == region)
      return RollBackDisk(hands_.FolderOf(region));
  }
  return {};
}

/// By the monotonic clock. The fault may have been replaced or cleared by then.
void FaultDesk::EndLater(const fault::Fault& fault) {
  if (!fault.until) return;
  loop_.After(*fault.until - loop_.clock().Now(),
              [this, alive = std::weak_ptr<bool>(alive_), id = fault.id, until = fault.until] {
                if (alive.expired()) return;
                const fault::Fault* found = table_.Find(id);
                if (found != nullptr && found->until == until) Clear(id, [](const auto&) {});
              });
}

void FaultDesk::Clear(const std::string& id, Confirmed done) {
  const fault::Fault* found = table_.Find(id);
  if (found == nullptr) {
    return loop_.Post([done = std::move(done), id] {
      done(Error{ErrorCode::kNotFound, fmt::format("there is no fault '{}'", id)});
    });
  }
  End(fault::Fault(*found), [this, id, done = std::move(done)](Result<std::string> seen) {
    if (seen) table_.Clear(id);
    done(std::move(seen));
  });
}

void FaultDesk::End(const fault::Fault& fault, Confirmed done) {
  switch (fault.kind) {
    case fault::Kind::kKill:
    case fault::Kind::kDiskLost:
      return hands_.StartRegion(fault.region(),
                                Seen(std::move(done), "it answers its status request"));
    case fault::Kind::kFreeze:
      return hands_.ThawRegion(fault.region(), Seen(std::move(done), "its processes run"));
    case fault::Kind::kNameServerKill:
      return hands_.StartNameServer(Seen(std::move(done), "it answers its status request"));
    case fault::Kind::kNameServerFreeze:
      return hands_.ThawNameServer(Seen(std::move(done), "its process runs"));
    case fault::Kind::kDiskRolledBack:
      DropKeptDisk(hands_.FolderOf(fault.region()));
      return loop_.Post(
          [done = std::move(done)] { done(std::string("the roll-back point is removed")); });
    default:
      table_.Clear(fault.id);
      return Push(Seen(std::move(done), "the running processes report that it is over"));
  }
}

void FaultDesk::ClearAll(Done done) { ClearNext({}, std::move(done)); }

void FaultDesk::ClearNext(Status outcome, Done done) {
  if (table_.empty()) return loop_.Post([done = std::move(done), outcome] { done(outcome); });
  const std::string id = table_.faults().begin()->first;
  Clear(id, [this, id, outcome, done = std::move(done)](const Result<std::string>& seen) mutable {
    if (!seen) {
      // It stays with what it has done; the others go all the same.
      table_.Clear(id);
      if (outcome) outcome = seen.error();
    }
    ClearNext(outcome, std::move(done));
  });
}

void FaultDesk::Push(Done done) {
  table_.Expire(loop_.clock().Now());
  const std::vector<std::string> obeying = hands_.Running();
  if (obeying.empty()) return loop_.Post([done = std::move(done)] { done({}); });
  struct Waiting {
    size_t left;
    Status outcome;
    Done done;
  };
  auto waiting = std::make_shared<Waiting>(Waiting{obeying.size(), {}, std::move(done)});
  const json::Array faults = fault::TableToJson(table_, loop_.clock().Now());
  for (const std::string& process : obeying) {
    http::Request request;
    request.method = "PUT";
    request.target = "/_lifeboat/faults";
    request.headers.Add("Host", process);
    request.body = json::Write(faults);
    hands_.Ask(process, std::move(request), kObeyTimeout,
               [waiting, count = faults.size()](const Result<http::Response>& answer) {
                 const Status obeyed = CheckObeyed(answer, count);
                 if (!obeyed && waiting->outcome) waiting->outcome = obeyed;
                 if (--waiting->left == 0) waiting->done(waiting->outcome);
               });
  }
}

void FaultDesk::OnRunning(const std::string& process) {
  for (const fault::Fault& fault : table_.List()) {
    switch (fault.kind) {
      case fault::Kind::kKill:
      case fault::Kind::kFreeze:
      case fault::Kind::kDiskLost:
        if (fault.region() == process) table_.Clear(fault.id);
        break;
      case fault::Kind::kNameServerKill:
      case fault::Kind::kNameServerFreeze:
        if (process == kNameServerName) table_.Clear(fault.id);
        break;
      default:
        break;
    }
  }
}

Result<fault::Fault> FaultDesk::Read(const json::Value& body) {
  if (!body.is_object()) return InvalidError("the body is no JSON object");
  json::Value with_id = body;
  with_id.if_object()->Set("id", fmt::format("f-{}", next_id_));
  auto fault = fault::FromJson(with_id, loop_.clock().Now(), regions_);
  if (fault) ++next_id_;
  return fault;
}

json::Array FaultDesk::ToJson() const {
  json::Array list;
  for (const auto& [id, fault] : table_.faults()) list.push_back(ToJson(fault));
  return list;
}

json::Value FaultDesk::ToJson(const fault::Fault& fault) const {
  json::Value value = fault::ToJson(fault, loop_.clock().Now());
  value.if_object()->Set("what", fault::Begun(fault));
  return value;
}

}  // namespace lifeboat::world
