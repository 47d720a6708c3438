// Applies an update to an item. Everything is computed from the item as it was, then written in an
// order in which no write moves what another one names: first what replaces or appends, by
// ascending path, then what is removed, by descending path.
#include <algorithm>

#include "dynamodb/errors.h"
#include "dynamodb/expression/path.h"
#include "dynamodb/expression/update_parser.h"

namespace lifeboat::dynamodb {
namespace {

using Kind = UpdateAction::Kind;

AwsError InvalidPath() {
  return errors::Validation(
      "The document path provided in the update expression is invalid for update");
}

AwsError NoSuchAttribute() {
  return errors::Validation(
      "The provided expression refers to an attribute that does not exist in the item");
}

AwsError WrongType() {
  return errors::Validation("An operand in the update expression has an incorrect data type");
}

AwsError WrongType(const UpdateAction& action) {
  return action.legacy ? errors::Validation("Type mismatch for attribute to update") : WrongType();
}

AwsResult<AttributeValue> Sum(const AttributeValue& a, const AttributeValue& b, bool minus) {
  const Number* x = a.If<Number>();
  const Number* y = b.If<Number>();
  if (x == nullptr || y == nullptr) return WrongType();
  Result<Number> sum = minus ? Number::Subtract(*x, *y) : Number::Add(*x, *y);
  if (!sum.ok()) return errors::Validation(sum.error().message);
  return AttributeValue::N(*std::move(sum));
}

AwsResult<AttributeValue> Evaluate(const SetValue& value, const Item& item) {
  if (value.kind == SetValue::Kind::kValue) return *value.value;
  if (value.kind == SetValue::Kind::kPath) {
    const AttributeValue* found = Resolve(item, value.path);
    if (found == nullptr) return NoSuchAttribute();
    return *found;
  }
  if (value.kind == SetValue::Kind::kIfNotExists) {
    const AttributeValue* found = Resolve(item, value.arguments[0].path);
    if (found != nullptr) return *found;
    return Evaluate(value.arguments[1], item);
  }
  AwsResult<AttributeValue> first = Evaluate(value.arguments[0], item);
  if (!first.ok()) return first;
  const AwsResult<AttributeValue> second = Evaluate(value.arguments[1], item);
  if (!second.ok()) return second;
  if (value.kind != SetValue::Kind::kListAppend) {
    return Sum(*first, *second, value.kind == SetValue::Kind::kMinus);
  }
  List* list = first->If<List>();
  const List* more = second->If<List>();
  if (list == nullptr || more == nullptr) return WrongType();
  list->insert(list->end(), more->begin(), more->end());
  return first;
}

template <class Set>
Set Union(const Set& a, const Set& b) {
  Set out;
  std::set_union(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                 std::back_inserter(out.members));
  return out;
}

template <class Set>
Set Without(const Set& a, const Set& b) {
  Set out;
  std::set_difference(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                      std::back_inserter(out.members));
  return out;
}

// ADD: the sum, the union of two sets, or (in AttributeUpdates only) two lists in a row.
AwsResult<AttributeValue> Add(const AttributeValue* old, const UpdateAction& action) {
  const AttributeValue& operand = *action.value.value;
  if (old == nullptr) return operand;
  if (old->type() != operand.type()) return WrongType(action);
  if (old->If<Number>() != nullptr) return Sum(*old, operand, false);
  if (const auto* ss = old->If<StringSet>()) {
    return AttributeValue(AttributeValue::Variant(Union(*ss, *operand.If<StringSet>())));
  }
  if (const auto* ns = old->If<NumberSet>()) {
    return AttributeValue(AttributeValue::Variant(Union(*ns, *operand.If<NumberSet>())));
  }
  if (const auto* bs = old->If<BinarySet>()) {
    return AttributeValue(AttributeValue::Variant(Union(*bs, *operand.If<BinarySet>())));
  }
  AttributeValue both = *old;
  const List& more = *operand.If<List>();
  both.If<List>()->insert(both.If<List>()->end(), more.begin(), more.end());
  return both;
}

// DELETE: what is left of the set; nullopt when nothing is.
AwsResult<std::optional<AttributeValue>> Subtract(const AttributeValue& old,
                                                  const UpdateAction& action) {
  const AttributeValue& operand = *action.value.value;
  if (old.type() != operand.type()) return WrongType(action);
  const auto rest = [](auto set) -> std::optional<AttributeValue> {
    if (set.members.empty()) return std::nullopt;
    return AttributeValue(AttributeValue::Variant(std::move(set)));
  };
  if (const auto* ss = old.If<StringSet>()) return rest(Without(*ss, *operand.If<StringSet>()));
  if (const auto* ns = old.If<NumberSet>()) return rest(Without(*ns, *operand.If<NumberSet>()));
  return rest(Without(*old.If<BinarySet>(), *operand.If<BinarySet>()));
}

// One place of the new item and what is to stand there; nothing to remove it.
struct Write {
  const Path* path;
  std::optional<AttributeValue> value;
};

class Applier {
 public:
  Applier(const Item& item, bool exists) : old_(item), exists_(exists) {}

  AwsResult<void> Plan(const UpdateAction& action) {
    const Path& path = action.path;
    if (!HasParent(path)) {
      if (action.kind == Kind::kRemove && !exists_) return {};
      return InvalidPath();
    }
    const AttributeValue* old = Resolve(old_, path);
    if (action.kind == Kind::kRemove) {
      if (old != nullptr) writes_.push_back({&path, std::nullopt});
      return {};
    }
    if (action.kind == Kind::kDelete) {
      if (old == nullptr) return {};
      AwsResult<std::optional<AttributeValue>> rest = Subtract(*old, action);
      if (!rest.ok()) return rest.error();
      writes_.push_back({&path, *std::move(rest)});
      return {};
    }
    AwsResult<AttributeValue> value =
        action.kind == Kind::kAdd ? Add(old, action) : Evaluate(action.value, old_);
    if (!value.ok()) return value.error();
    if (path.size() - 1 + NestingOf(*value) > kMaxNesting) return errors::NestingTooDeep();
    writes_.push_back({&path, *std::move(value)});
    return {};
  }

  Item Finish() {
    std::sort(writes_.begin(), writes_.end(),
              [](const Write& a, const Write& b) { return *a.path < *b.path; });
    Item item = old_;
    for (Write& write : writes_) {
      if (write.value) Put(item, *write.path, *std::move(write.value));
    }
    for (auto it = writes_.rbegin(); it != writes_.rend(); ++it) {
      if (!it->value) Remove(item, *it->path);
    }
    return item;
  }

 private:
  // Whether what holds the last element of `path` exists and is of its kind.
  bool HasParent(const Path& path) const {
    if (path.size() == 1) return true;
    const AttributeValue* at = old_.Find(path[0].name);
    for (size_t i = 1; i + 1 < path.size() && at != nullptr; ++i) {
      at = expression::Step(*at, path[i]);
    }
    if (at == nullptr) return false;
    return path.back().is_index ? at->type() == Type::kL : at->type() == Type::kM;
  }

  // What holds the last element of a path of at least two elements; HasParent has found it.
  static AttributeValue& Parent(Item& item, const Path& path) {
    AttributeValue* at = item.Find(path[0].name);
    for (size_t i = 1; i + 1 < path.size(); ++i) {
      Check(at != nullptr, "the parent exists");
      at = path[i].is_index ? &(*at->If<List>())[path[i].index]
                            : at->If<AttributeMap>()->Find(path[i].name);
    }
    Check(at != nullptr, "the parent exists");
    return *at;
  }

  // An index beyond the end appends.
  static void Put(Item& item, const Path& path, AttributeValue value) {
    const PathElement& last = path.back();
    if (path.size() == 1) {
      item.Set(last.name, std::move(value));
    } else if (AttributeValue& parent = Parent(item, path); !last.is_index) {
      parent.If<AttributeMap>()->Set(last.name, std::move(value));
    } else if (List& list = *parent.If<List>(); last.index < list.size()) {
      list[last.index] = std::move(value);
    } else {
      list.push_back(std::move(value));
    }
  }

  static void Remove(Item& item, const Path& path) {
    const PathElement& last = path.back();
    if (path.size() == 1) {
      item.Erase(last.name);
    } else if (AttributeValue& parent = Parent(item, path); !last.is_index) {
      parent.If<AttributeMap>()->Erase(last.name);
    } else {
      List& list = *parent.If<List>();
      list.erase(list.begin() + static_cast<ptrdiff_t>(last.index));
    }
  }

  const Item& old_;
  const bool exists_;
  std::vector<Write> writes_;
};

}  // namespace

AwsResult<Update> Update::Parse(std::string_view text, Substitutions& subs) {
  AwsResult<std::vector<UpdateAction>> actions = expression::UpdateParser::Parse(text, subs);
  if (!actions.ok()) return actions.error();
  return FromActions(*std::move(actions));
}

Update Update::FromActions(std::vector<UpdateAction> actions) {
  Update update;
  for (const UpdateAction& action : actions) update.paths_.push_back(action.path);
  update.actions_ = std::make_shared<const std::vector<UpdateAction>>(std::move(actions));
  return update;
}

bool Update::CreatesItem() const {
  const auto only_deletes = [](const UpdateAction& action) {
    return action.kind == Kind::kRemove || action.kind == Kind::kDelete;
  };
  return actions_->empty() || !std::all_of(actions_->begin(), actions_->end(), only_deletes);
}

AwsResult<Item> Update::Apply(const Item& item, bool exists) const {
  Applier applier(item, exists);
  for (const UpdateAction& action : *actions_) {
    if (AwsResult<void> r = applier.Plan(action); !r.ok()) return r.error();
  }
  return applier.Finish();
}

}  // namespace lifeboat::dynamodb
