#include <algorithm>

#include "dynamodb/expression/condition_parser.h"
#include "dynamodb/expression/ordering.h"

namespace lifeboat::dynamodb {
namespace expression {

std::partial_ordering Compare(const AttributeValue& a, const AttributeValue& b) {
  if (a.type() != b.type()) return std::partial_ordering::unordered;
  if (const auto* s = a.If<std::string>()) return *s <=> *b.If<std::string>();
  if (const auto* n = a.If<Number>()) return *n <=> *b.If<Number>();
  if (const auto* bytes = a.If<Binary>()) return *bytes <=> *b.If<Binary>();
  return std::partial_ordering::unordered;
}

}  // namespace expression

namespace {

using expression::Compare;
using Kind = ConditionNode::Kind;

// AWS counts the characters of a string in UTF-16: one for up to three bytes of UTF-8, else two.
int64_t Utf16Units(std::string_view text) {
  int64_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

struct SizeVisitor {
  using Size = std::optional<int64_t>;
  Size operator()(const std::string& s) const { return Utf16Units(s); }
  Size operator()(const Binary& b) const { return std::ssize(b.bytes); }
  Size operator()(const AttributeMap& map) const { return static_cast<int64_t>(map.size()); }
  Size operator()(const List& list) const { return std::ssize(list); }
  Size operator()(const StringSet& set) const { return std::ssize(set.members); }
  Size operator()(const NumberSet& set) const { return std::ssize(set.members); }
  Size operator()(const BinarySet& set) const { return std::ssize(set.members); }
  Size operator()(const Number&) const { return std::nullopt; }
  Size operator()(bool) const { return std::nullopt; }
  Size operator()(const Null&) const { return std::nullopt; }
};

// An operand's value in an item: points into the item or the expression, or holds what was
// computed.
class OperandValue {
 public:
  OperandValue(const Operand& operand, const Item& item) {
    if (operand.kind == Operand::Kind::kPath) {
      value_ = Resolve(item, operand.path);
    } else if (operand.kind == Operand::Kind::kValue) {
      value_ = operand.value.get();
    } else {
      const OperandValue argument(operand.arguments[0], item);
      if (argument.get() == nullptr) return;
      const std::optional<int64_t> size = std::visit(SizeVisitor(), argument.get()->variant());
      if (!size) return;
      computed_ = AttributeValue::N(Number::FromInt(*size));
      value_ = &computed_;
    }
  }
  OperandValue(const OperandValue&) = delete;
  OperandValue& operator=(const OperandValue&) = delete;

  /// nullptr when the item has no such value.
  const AttributeValue* get() const { return value_; }

 private:
  const AttributeValue* value_ = nullptr;
  AttributeValue computed_;
};

bool BeginsWith(const AttributeValue& value, const AttributeValue& prefix) {
  if (const auto* s = value.If<std::string>()) {
    const auto* p = prefix.If<std::string>();
    return p != nullptr && s->starts_with(*p);
  }
  const auto* b = value.If<Binary>();
  const auto* p = prefix.If<Binary>();
  return b != nullptr && p != nullptr && b->bytes.starts_with(p->bytes);
}

// A part of a string or binary, a member of a set, an element of a list.
bool Contains(const AttributeValue& value, const AttributeValue& part) {
  const auto has = [](const auto& members, const auto& member) {
    return std::binary_search(members.begin(), members.end(), member);
  };
  if (const auto* list = value.If<List>()) {
    return std::find(list->begin(), list->end(), part) != list->end();
  }
  if (const auto* s = part.If<std::string>()) {
    if (const auto* text = value.If<std::string>()) return text->find(*s) != std::string::npos;
    const auto* set = value.If<StringSet>();
    return set != nullptr && has(set->members, *s);
  }
  if (const auto* b = part.If<Binary>()) {
    if (const auto* bytes = value.If<Binary>()) {
      return bytes->bytes.find(b->bytes) != std::string::npos;
    }
    const auto* set = value.If<BinarySet>();
    return set != nullptr && has(set->members, b->bytes);
  }
  const auto* n = part.If<Number>();
  const auto* set = value.If<NumberSet>();
  return n != nullptr && set != nullptr && has(set->members, *n);
}

bool EvaluateFunction(const Operand& call, const Item& item) {
  const OperandValue first(call.arguments[0], item);
  if (call.function == Function::kAttributeExists) return first.get() != nullptr;
  if (call.function == Function::kAttributeNotExists) return first.get() == nullptr;
  const OperandValue second(call.arguments[1], item);
  if (first.get() == nullptr || second.get() == nullptr) return false;
  if (call.function == Function::kAttributeType) {
    return TypeName(first.get()->type()) == *second.get()->If<std::string>();
  }
  return call.function == Function::kBeginsWith ? BeginsWith(*first.get(), *second.get())
                                                : Contains(*first.get(), *second.get());
}

bool EvaluateComparison(Kind kind, const AttributeValue* a, const AttributeValue* b) {
  const bool both = a != nullptr && b != nullptr;
  if (kind == Kind::kEqual) return both && *a == *b;
  if (kind == Kind::kNotEqual) return !both || *a != *b;
  if (!both) return false;
  const std::partial_ordering order = Compare(*a, *b);
  if (kind == Kind::kLess) return order < 0;
  if (kind == Kind::kLessEqual) return order <= 0;
  if (kind == Kind::kGreater) return order > 0;
  return order >= 0;
}

bool EvaluateNode(const ConditionNode& node, const Item& item) {
  const auto evaluate = [&](const ConditionNode& child) { return EvaluateNode(child, item); };
  switch (node.kind) {
    case Kind::kAnd:
      return std::all_of(node.children.begin(), node.children.end(), evaluate);
    case Kind::kOr:
      return std::any_of(node.children.begin(), node.children.end(), evaluate);
    case Kind::kNot:
      return !evaluate(node.children[0]);
    case Kind::kFunction:
      return EvaluateFunction(node.operands[0], item);
    default:
      break;
  }
  const OperandValue first(node.operands[0], item);
  const auto compare = [&](Kind kind, size_t with) {
    return EvaluateComparison(kind, first.get(), OperandValue(node.operands[with], item).get());
  };
  if (node.kind == Kind::kBetween) {
    return compare(Kind::kGreaterEqual, 1) && compare(Kind::kLessEqual, 2);
  }
  if (node.kind != Kind::kIn) return compare(node.kind, 1);
  for (size_t i = 1; i < node.operands.size(); ++i) {
    if (compare(Kind::kEqual, i)) return true;
  }
  return false;
}

void CollectNames(const Operand& operand, std::set<std::string>& names) {
  if (operand.kind == Operand::Kind::kPath) names.insert(operand.path[0].name);
  for (const Operand& argument : operand.arguments) CollectNames(argument, names);
}

void CollectNames(const ConditionNode& node, std::set<std::string>& names) {
  for (const Operand& operand : node.operands) CollectNames(operand, names);
  for (const ConditionNode& child : node.children) CollectNames(child, names);
}

}  // namespace

AwsResult<Condition> Condition::Parse(std::string_view kind, std::string_view text,
                                      Substitutions& subs) {
  AwsResult<ConditionNode> root = expression::ConditionParser::Parse(kind, text, subs);
  if (!root.ok()) return root.error();
  return FromNode(*std::move(root));
}

Condition Condition::FromNode(ConditionNode root) {
  Condition condition;
  condition.root_ = std::make_shared<const ConditionNode>(std::move(root));
  return condition;
}

AwsResult<bool> Condition::Evaluate(const Item& item) const { return EvaluateNode(*root_, item); }

std::set<std::string> Condition::TopLevelNames() const {
  std::set<std::string> names;
  CollectNames(*root_, names);
  return names;
}

}  // namespace lifeboat::dynamodb
