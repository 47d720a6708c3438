// For tests: random conditions and items, and a slow and obvious evaluator of them, which works
// straight on the tree that the text was printed from, over JSON. What is random comes from a
// Picker: RapidCheck's or a fuzzer's.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "dynamodb/expression.h"
#include "dynamodb/wire.h"
#include "json/value.h"

namespace lifeboat::dynamodb::reference {

using json::Value;

// A value as its type and its JSON; numbers are small integers so that int64 can compare them.
struct Typed {
  std::string type;
  Value value;
  bool operator==(const Typed&) const = default;
};
using Maybe = std::optional<Typed>;

inline Typed Of(std::string type, Value value) { return {std::move(type), std::move(value)}; }

inline const std::vector<Typed>& Scalars() {
  static const std::vector<Typed> kScalars = {
      Of("S", ""),     Of("S", "a"),    Of("S", "ab"),    Of("S", "b"),      Of("N", "-1"),
      Of("N", "0"),    Of("N", "1"),    Of("N", "2"),     Of("N", "10"),     Of("B", ""),
      Of("B", "YQ=="), Of("B", "YWI="), Of("BOOL", true), Of("BOOL", false), Of("NULL", true),
  };
  return kScalars;
}

inline const std::vector<Typed>& Values() {
  static const std::vector<Typed> kValues = [] {
    std::vector<Typed> all = Scalars();
    const auto wrap = [](const Typed& t) { return Value(json::Object{{t.type, t.value}}); };
    all.push_back(Of("SS", json::Array{"a", "b"}));
    all.push_back(Of("NS", json::Array{"1", "10"}));
    all.push_back(Of("BS", json::Array{"YQ=="}));
    all.push_back(Of("L", json::Array{}));
    all.push_back(Of("L", json::Array{wrap(all[1]), wrap(all[6])}));
    all.push_back(Of("M", json::Object{{"x", wrap(all[2])}, {"y", wrap(all[8])}}));
    return all;
  }();
  return kValues;
}

// Few values, so that many are equal.
inline const std::vector<Typed>& CommonValues() {
  static const std::vector<Typed> kCommon = {Of("S", "a"), Of("S", "ab"), Of("N", "1"),
                                             Of("N", "2")};
  return kCommon;
}

/// Chooses one of `count` things.
struct Picker {
  std::function<size_t(size_t count)> choose;
  size_t operator()(size_t count) { return choose(count); }
  template <class T>
  T Of(const std::vector<T>& from) {
    return from[choose(from.size())];
  }
};

// ---- A random condition ----

struct Term {
  std::string text;   // A path, or a placeholder.
  Maybe constant;     // Of a placeholder.
  bool size = false;  // size(...) around it.
};
struct Tree {
  std::string op;  // AND, OR, NOT, a comparator, BETWEEN, IN or a function's name.
  std::vector<Term> terms;
  std::vector<Tree> children;
};

// Paths for the first operand and for the others; AWS refuses equal ones.
inline const std::vector<std::string> kFirst = {"a", "b", "a", "b", "m.x", "l[0]", "gone"};
inline const std::vector<std::string> kOthers = {"c", "d", "c", "d", "m.y", "l[1]", "m.zzz"};

struct Generator {
  Picker& pick;
  json::Object placeholders;

  Term Placeholder(const std::vector<Typed>& pool) {
    const Typed value = pick.Of(pool);
    const std::string name = ":v" + std::to_string(placeholders.size());
    placeholders.Append(name, json::Object{{value.type, value.value}});
    return {name, value};
  }
  Term Path(const std::vector<std::string>& from) { return {pick.Of(from)}; }

  // An operand whose constants are of `types`; size only of paths.
  Term Operand(bool first, std::string_view types) {
    const size_t choice = pick(5);
    if (choice < 3) return Path(first ? kFirst : kOthers);
    if (choice == 3 && types.find("size") != std::string_view::npos) {
      Term term = Path(first ? kFirst : kOthers);
      term.size = true;
      return term;
    }
    if (types.find("N") != std::string_view::npos && pick(2) == 0) {
      return Placeholder(CommonValues());
    }
    std::vector<Typed> pool;
    for (const Typed& value : Values()) {
      const bool listed = types.find(value.type + " ") != std::string_view::npos;
      if (listed || types.starts_with("any")) pool.push_back(value);
    }
    return Placeholder(pool);
  }

  Tree Make(int depth) {
    const size_t choice = pick(depth > 0 ? 10 : 6);
    if (choice >= 6) {
      Tree tree{choice <= 7 ? "AND" : choice == 8 ? "OR" : "NOT"};
      const size_t count = choice == 9 ? 1 : 2 + pick(2);
      for (size_t i = 0; i < count; ++i) tree.children.push_back(Make(depth - 1));
      return tree;
    }
    if (choice == 0) {
      return {pick.Of<std::string>({"=", "<>"}),
              {Operand(true, "any size"), Operand(false, "any size")}};
    }
    if (choice == 1) {
      return {pick.Of<std::string>({"<", "<=", ">", ">="}),
              {Operand(true, "S N B size"), Operand(false, "S N B size")}};
    }
    if (choice == 2)
      return {"BETWEEN", {Operand(true, "S N B size"), Path(kOthers), Path(kOthers)}};
    if (choice == 3) {
      return {"IN", {Operand(true, "any size"), Operand(false, "any"), Operand(false, "any")}};
    }
    if (choice == 4) {
      return {pick.Of<std::string>({"attribute_exists", "attribute_not_exists"}), {Path(kFirst)}};
    }
    if (pick(2) == 0) {
      return {"begins_with", {Operand(true, "S B "), Operand(false, "S B ")}};
    }
    return {"contains", {Operand(true, "any"), Operand(false, "any")}};
  }
};

inline std::string Print(const Term& term) {
  return term.size ? "size(" + term.text + ")" : term.text;
}

inline std::string Print(const Tree& tree) {
  if (tree.op == "NOT") return "NOT (" + Print(tree.children[0]) + ")";
  std::string text;
  for (size_t i = 0; i < tree.children.size(); ++i) {
    text += (i > 0 ? " " + tree.op + " (" : "(") + Print(tree.children[i]) + ")";
  }
  if (!text.empty()) return text;
  std::vector<std::string> terms;
  for (const Term& term : tree.terms) terms.push_back(Print(term));
  if (tree.op == "BETWEEN") return terms[0] + " BETWEEN " + terms[1] + " AND " + terms[2];
  if (tree.op == "IN") return terms[0] + " IN (" + terms[1] + "," + terms[2] + ")";
  if (tree.op[0] >= 'a') return tree.op + "(" + fmt::format("{}", fmt::join(terms, ",")) + ")";
  return terms[0] + tree.op + terms[1];
}

// ---- The reference ----

inline Maybe Unwrap(const Value* value) {
  if (value == nullptr) return std::nullopt;
  const auto& [type, payload] = *value->as_object().begin();
  return Typed{type, payload};
}

inline Maybe Look(const Value& item, const Term& term) {
  if (term.constant) return term.constant;
  if (term.text.starts_with("m.")) {
    const Maybe m = Unwrap(item.Find("m"));
    return m && m->type == "M" ? Unwrap(m->value.Find(term.text.substr(2))) : std::nullopt;
  }
  if (term.text.starts_with("l[")) {
    const Maybe l = Unwrap(item.Find("l"));
    const auto index = static_cast<size_t>(term.text[2] - '0');
    if (!l || l->type != "L" || index >= l->value.as_array().size()) return std::nullopt;
    return Unwrap(&l->value.as_array()[index]);
  }
  return Unwrap(item.Find(term.text));
}

inline Maybe Get(const Value& item, const Term& term) {
  const Maybe found = Look(item, term);
  if (!term.size || !found) return found;
  const std::string& type = found->type;
  size_t size = 0;
  if (type == "S") {
    size = found->value.as_string().size();
  } else if (type == "B") {
    size = Base64Decode(found->value.as_string())->size();
  } else if (type == "M") {
    size = found->value.as_object().size();
  } else if (found->value.is_array()) {
    size = found->value.as_array().size();
  } else {
    return std::nullopt;
  }
  return Of("N", std::to_string(size));
}

inline std::optional<int> Order(const Maybe& a, const Maybe& b) {
  if (!a || !b || a->type != b->type) return std::nullopt;
  if (a->type == "N") {
    const int64_t x = *ParseInt(a->value.as_string());
    const int64_t y = *ParseInt(b->value.as_string());
    return x < y ? -1 : x > y;
  }
  if (a->type == "S") return a->value.as_string().compare(b->value.as_string());
  if (a->type != "B") return std::nullopt;
  return Base64Decode(a->value.as_string())->compare(*Base64Decode(b->value.as_string()));
}

inline std::string Bytes(const Typed& t) {
  return t.type == "B" ? *Base64Decode(t.value.as_string()) : t.value.as_string();
}

inline bool ContainsReference(const Typed& whole, const Typed& part) {
  if (whole.type == "L") {
    for (const Value& element : whole.value.as_array()) {
      if (*Unwrap(&element) == part) return true;
    }
    return false;
  }
  if (whole.type == part.type && (whole.type == "S" || whole.type == "B")) {
    return Bytes(whole).find(Bytes(part)) != std::string::npos;
  }
  if (whole.type != part.type + "S" || !part.value.is_string()) return false;
  for (const Value& member : whole.value.as_array()) {
    if (member == part.value) return true;
  }
  return false;
}

inline bool Reference(const Tree& tree, const Value& item) {
  if (tree.op == "NOT") return !Reference(tree.children[0], item);
  if (!tree.children.empty()) {
    bool all = true;
    bool any = false;
    for (const Tree& child : tree.children) {
      const bool is = Reference(child, item);
      all = all && is;
      any = any || is;
    }
    return tree.op == "AND" ? all : any;
  }
  const Maybe a = Get(item, tree.terms[0]);
  if (tree.op == "attribute_exists") return a.has_value();
  if (tree.op == "attribute_not_exists") return !a;
  const Maybe b = Get(item, tree.terms[1]);
  const bool equal = a && b && *a == *b;
  if (tree.op == "=") return equal;
  if (tree.op == "<>") return !equal;
  if (tree.op == "IN") {
    const Maybe c = Get(item, tree.terms[2]);
    return equal || (a && c && *a == *c);
  }
  if (tree.op == "contains") return a && b && ContainsReference(*a, *b);
  if (tree.op == "begins_with") {
    if (!a || !b || a->type != b->type || (a->type != "S" && a->type != "B")) return false;
    return Bytes(*a).substr(0, Bytes(*b).size()) == Bytes(*b);
  }
  const std::optional<int> order = Order(a, b);
  if (tree.op == "BETWEEN") {
    const std::optional<int> upper = Order(a, Get(item, tree.terms[2]));
    return order && upper && *order >= 0 && *upper <= 0;
  }
  if (!order) return false;
  if (tree.op == "<") return *order < 0;
  if (tree.op == "<=") return *order <= 0;
  return tree.op == ">" ? *order > 0 : *order >= 0;
}

inline Value RandomItem(Picker& pick) {
  json::Object item;
  for (const char* name : {"a", "b", "c", "d", "m", "l"}) {
    if (pick(8) == 0) continue;
    Typed value = pick(3) == 0 ? pick.Of(Values()) : pick.Of(CommonValues());
    // Mostly a map and a list where paths want them.
    if (name[0] == 'm' && pick(4) > 0) value = Values().back();
    if (name[0] == 'l' && pick(4) > 0) value = Values()[Values().size() - 2];
    item.Append(name, json::Object{{value.type, value.value}});
  }
  return item;
}

/// A condition and what it makes of some items; the text of the first difference, if there is one.
struct Trial {
  std::string text;
  Value values;
  std::optional<std::string> problem;
};

inline Trial TryOneCondition(Picker& pick, int depth, int items) {
  Generator generator{pick, {}};
  const Tree tree = generator.Make(depth);
  Trial trial{Print(tree), generator.placeholders, std::nullopt};
  auto subs =
      SubstitutionsFromJson(nullptr, generator.placeholders.empty() ? nullptr : &trial.values);
  const auto condition = Condition::Parse("FilterExpression", trial.text, *subs);
  if (!condition.ok()) {
    trial.problem = condition.error().message;
    return trial;
  }
  for (int i = 0; i < items; ++i) {
    const Value item = RandomItem(pick);
    if (*condition->Evaluate(*ItemFromJson(item)) == Reference(tree, item)) continue;
    trial.problem = "not as the reference for " + json::Write(item);
    break;
  }
  return trial;
}

}  // namespace lifeboat::dynamodb::reference
