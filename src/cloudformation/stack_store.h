// All stacks and change sets of a region, in memory as they are in Space::kMeta:
//   cloudformation/stack/<uuid>              the stack without plan and events
//   cloudformation/plan/<uuid>               its template and parameters, written once
//   cloudformation/event/<uuid>/<u64 index>  its events
//   cloudformation/changeset/<uuid>
// What changes here is collected in a batch that the owner commits before it answers or acts.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloudformation/stack.h"
#include "storage/engine.h"

namespace lifeboat::cloudformation {

class StackStore {
 public:
  /// Reads everything back.
  static Result<StackStore> Load(const storage::Engine& engine);

  /// By name (of a stack that is not deleted) or by ARN. The pointer lives as long as the stack.
  Stack* Find(std::string_view name_or_id);
  /// In the order of their making.
  std::vector<Stack*> All();
  /// A stack that is new; its plan and events go into the batch too.
  Stack& Add(Stack stack);
  /// Puts the present state into the batch.
  void Save(Stack& stack);
  /// The plan as well: when a change set fills it in.
  void SavePlan(const Stack& stack);
  /// Forgets the oldest deleted stacks over the limit.
  void ForgetOldDeleted();
  void Remove(const Stack& stack);

  /// By ARN, or by name within the stack.
  ChangeSet* FindChangeSet(std::string_view name_or_id, const Stack* stack);
  std::vector<ChangeSet*> ChangeSetsOf(const Stack& stack);
  ChangeSet& Add(ChangeSet change_set);
  void Save(const ChangeSet& change_set);
  void Remove(const ChangeSet& change_set);

  /// The value exported under `name` by a stack that is complete; nullptr when there is none.
  struct Export {
    const Stack* stack = nullptr;
    const Output* output = nullptr;
  };
  std::vector<Export> Exports() const;

  /// Takes what is to be written.
  storage::WriteBatch TakeBatch() { return std::exchange(batch_, {}); }
  bool has_changes() const { return !batch_.empty(); }

 private:
  std::map<std::string, std::unique_ptr<Stack>, std::less<>> stacks_;  // By uuid.
  std::map<std::string, std::unique_ptr<ChangeSet>, std::less<>> change_sets_;
  storage::WriteBatch batch_;
};

}  // namespace lifeboat::cloudformation
