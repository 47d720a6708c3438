#include "cloudformation/stack_store.h"

#include <algorithm>

#include "base/bytes.h"
#include "cloudformation/limits.h"

namespace lifeboat::cloudformation {
namespace {

using storage::Space;

constexpr std::string_view kStackPrefix = "cloudformation/stack/";
constexpr std::string_view kPlanPrefix = "cloudformation/plan/";
constexpr std::string_view kEventPrefix = "cloudformation/event/";
constexpr std::string_view kChangeSetPrefix = "cloudformation/changeset/";

// ARNs end in the name, a slash and a uuid.
std::string UuidOf(std::string_view arn) { return std::string(arn.substr(arn.rfind('/') + 1)); }

std::string KeyOf(std::string_view prefix, std::string_view arn) {
  return std::string(prefix) + UuidOf(arn);
}

std::string EventPrefixOf(std::string_view arn) { return KeyOf(kEventPrefix, arn) + "/"; }

template <class Visit>
Status ForEach(const storage::Engine& engine, std::string_view prefix, const Visit& visit) {
  const auto it = engine.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    const auto document = json::Parse(it->value());
    if (!document.ok()) {
      return Error{ErrorCode::kCorrupt, "stored document " + std::string(it->key())};
    }
    if (Status status = visit(it->key().substr(prefix.size()), *document); !status.ok()) {
      return status;
    }
  }
  return it->status();
}

}  // namespace

Result<StackStore> StackStore::Load(const storage::Engine& engine) {
  StackStore store;
  Status status =
      ForEach(engine, kStackPrefix, [&](std::string_view uuid, const json::Value& document) {
        auto stack = StackFromJson(document);
        if (!stack.ok()) return Status(stack.error());
        store.stacks_[std::string(uuid)] = std::make_unique<Stack>(std::move(*stack));
        return Status();
      });
  if (!status.ok()) return status.error();
  status = ForEach(engine, kPlanPrefix, [&](std::string_view uuid, const json::Value& document) {
    const auto it = store.stacks_.find(uuid);
    if (it != store.stacks_.end()) it->second->plan = PlanFromJson(document);
    return Status();
  });
  if (!status.ok()) return status.error();
  status = ForEach(engine, kEventPrefix, [&](std::string_view key, const json::Value& document) {
    const auto it = store.stacks_.find(key.substr(0, key.find('/')));
    if (it != store.stacks_.end()) it->second->events.push_back(EventFromJson(document));
    return Status();
  });
  if (!status.ok()) return status.error();
  for (auto& [uuid, stack] : store.stacks_) stack->stored_events = stack->events.size();
  status =
      ForEach(engine, kChangeSetPrefix, [&](std::string_view uuid, const json::Value& document) {
        auto change_set = ChangeSetFromJson(document);
        if (!change_set.ok()) return Status(change_set.error());
        store.change_sets_[std::string(uuid)] = std::make_unique<ChangeSet>(std::move(*change_set));
        return Status();
      });
  if (!status.ok()) return status.error();
  return store;
}

Stack* StackStore::Find(std::string_view name_or_id) {
  if (name_or_id.starts_with("arn:")) {
    const auto it = stacks_.find(UuidOf(name_or_id));
    return it != stacks_.end() && it->second->id == name_or_id ? it->second.get() : nullptr;
  }
  for (const auto& [uuid, stack] : stacks_) {
    if (stack->name == name_or_id && !stack->deleted()) return stack.get();
  }
  return nullptr;
}

std::vector<Stack*> StackStore::All() {
  std::vector<Stack*> all;
  for (const auto& [uuid, stack] : stacks_) all.push_back(stack.get());
  std::stable_sort(all.begin(), all.end(),
                   [](const Stack* a, const Stack* b) { return a->created_at < b->created_at; });
  return all;
}

Stack& StackStore::Add(Stack stack) {
  auto& slot = stacks_[UuidOf(stack.id)];
  slot = std::make_unique<Stack>(std::move(stack));
  SavePlan(*slot);
  Save(*slot);
  return *slot;
}

void StackStore::Save(Stack& stack) {
  batch_.Put(Space::kMeta, KeyOf(kStackPrefix, stack.id), json::Write(ToJson(stack)));
  for (; stack.stored_events < stack.events.size(); ++stack.stored_events) {
    std::string key = EventPrefixOf(stack.id);
    AppendU64(key, stack.stored_events);
    batch_.Put(Space::kMeta, std::move(key),
               json::Write(ToJson(stack.events[stack.stored_events])));
  }
}

void StackStore::SavePlan(const Stack& stack) {
  batch_.Put(Space::kMeta, KeyOf(kPlanPrefix, stack.id), json::Write(ToJson(stack.plan)));
}

void StackStore::Remove(const Stack& stack) {
  const std::string id = stack.id;  // The stack is gone before the end.
  for (ChangeSet* change_set : ChangeSetsOf(stack)) Remove(*change_set);
  batch_.Delete(Space::kMeta, KeyOf(kStackPrefix, id));
  batch_.Delete(Space::kMeta, KeyOf(kPlanPrefix, id));
  const std::string events = EventPrefixOf(id);
  batch_.DeleteRange(Space::kMeta, events, storage::PrefixEnd(events));
  stacks_.erase(UuidOf(id));
}

void StackStore::ForgetOldDeleted() {
  std::vector<Stack*> deleted = All();
  std::erase_if(deleted, [](const Stack* stack) { return !stack->deleted(); });
  std::stable_sort(deleted.begin(), deleted.end(),
                   [](const Stack* a, const Stack* b) { return a->deleted_at < b->deleted_at; });
  for (size_t i = 0; i + kMaxDeletedStacks < deleted.size(); ++i) Remove(*deleted[i]);
}

ChangeSet* StackStore::FindChangeSet(std::string_view name_or_id, const Stack* stack) {
  if (name_or_id.starts_with("arn:")) {
    const auto it = change_sets_.find(UuidOf(name_or_id));
    return it != change_sets_.end() && it->second->id == name_or_id ? it->second.get() : nullptr;
  }
  if (!stack) return nullptr;
  for (const auto& [uuid, change_set] : change_sets_) {
    if (change_set->name == name_or_id && change_set->stack_id == stack->id) {
      return change_set.get();
    }
  }
  return nullptr;
}

std::vector<ChangeSet*> StackStore::ChangeSetsOf(const Stack& stack) {
  std::vector<ChangeSet*> all;
  for (const auto& [uuid, change_set] : change_sets_) {
    if (change_set->stack_id == stack.id) all.push_back(change_set.get());
  }
  return all;
}

ChangeSet& StackStore::Add(ChangeSet change_set) {
  auto& slot = change_sets_[UuidOf(change_set.id)];
  slot = std::make_unique<ChangeSet>(std::move(change_set));
  Save(*slot);
  return *slot;
}

void StackStore::Save(const ChangeSet& change_set) {
  batch_.Put(Space::kMeta, KeyOf(kChangeSetPrefix, change_set.id), json::Write(ToJson(change_set)));
}

void StackStore::Remove(const ChangeSet& change_set) {
  batch_.Delete(Space::kMeta, KeyOf(kChangeSetPrefix, change_set.id));
  change_sets_.erase(UuidOf(change_set.id));
}

std::vector<StackStore::Export> StackStore::Exports() const {
  std::vector<Export> exports;
  for (const auto& [uuid, stack] : stacks_) {
    if (stack->deleted()) continue;
    for (const Output& output : stack->outputs) {
      if (!output.export_name.empty()) exports.push_back({stack.get(), &output});
    }
  }
  return exports;
}

}  // namespace lifeboat::cloudformation
