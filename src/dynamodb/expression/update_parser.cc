#include "dynamodb/expression/update_parser.h"

#include <fmt/format.h>

#include "dynamodb/expression/condition_checks.h"
#include "dynamodb/expression/path.h"

namespace lifeboat::dynamodb::expression {
namespace {

constexpr std::string_view kKind = "UpdateExpression";

// Functions and parentheses in one another.
constexpr size_t kMaxDepth = 100;

struct Section {
  std::string_view name;
  UpdateAction::Kind kind;
};
constexpr Section kSections[] = {
    {"SET", UpdateAction::Kind::kSet},
    {"REMOVE", UpdateAction::Kind::kRemove},
    {"ADD", UpdateAction::Kind::kAdd},
    {"DELETE", UpdateAction::Kind::kDelete},
};

std::string_view NameOf(UpdateAction::Kind kind) {
  return kSections[static_cast<size_t>(kind)].name;
}

// Types as the refusals of ADD and DELETE call them.
std::string_view LongTypeName(Type type) {
  switch (type) {
    case Type::kS:
      return "STRING";
    case Type::kN:
      return "NUMBER";
    case Type::kB:
      return "BINARY";
    case Type::kBool:
      return "BOOLEAN";
    case Type::kNull:
      return "NULL";
    case Type::kM:
      return "MAP";
    case Type::kL:
      return "LIST";
    default:
      return "SET";
  }
}

bool IsSet(Type type) { return type == Type::kSS || type == Type::kNS || type == Type::kBS; }

}  // namespace

AwsResult<std::vector<UpdateAction>> UpdateParser::Parse(std::string_view text,
                                                         Substitutions& subs) {
  if (const std::string problem = CheckExpressionText(text, false); !problem.empty()) {
    return InvalidExpression(kKind, problem);
  }
  UpdateParser parser(text, subs);
  if (!parser.ParseSections()) return InvalidExpression(kKind, parser.lexer_.SyntaxError());
  if (parser.findings_.any()) return InvalidExpression(kKind, parser.findings_.text());
  return std::move(parser.actions_);
}

bool UpdateParser::ParseSections() {
  while (!lexer_.AtEnd()) {
    bool known = false;
    for (const Section& section : kSections) {
      if (!lexer_.TakeKeyword(section.name)) continue;
      known = true;
      if (!ParseSection(section.kind)) return false;
      break;
    }
    if (!known) return false;
  }
  return true;
}

bool UpdateParser::ParseSection(ActionKind kind) {
  const unsigned bit = 1U << static_cast<unsigned>(kind);
  if ((sections_seen_ & bit) != 0) {
    findings_.Note(Pass::kSections,
                   fmt::format("The \"{}\" section can only be used once in an update expression;",
                               NameOf(kind)));
  }
  sections_seen_ |= bit;
  do {
    UpdateAction action{.kind = kind};
    if (!ParseAction(action)) return false;
    actions_.push_back(std::move(action));
  } while (lexer_.TakeSymbol(","));
  return true;
}

bool UpdateParser::ParseAction(UpdateAction& action) {
  if (!ParsePath(action.path)) return false;
  CheckPath(action.path);
  switch (action.kind) {
    case ActionKind::kRemove:
      return true;
    case ActionKind::kSet:
      return lexer_.TakeSymbol("=") && ParseSum(action.value);
    case ActionKind::kAdd:
    case ActionKind::kDelete:
      if (!ParseValue(action.value)) return false;
      CheckActionOperand(action.kind, action.value);
      return true;
  }
  return false;
}

bool UpdateParser::ParseSum(SetValue& out) {
  // A parenthesis here opens the whole sum or its first operand; which one shows at its end.
  if (lexer_.AtSymbol("(") && depth_ < kMaxDepth) {
    lexer_.Take();
    ++depth_;
    if (!ParseSum(out) || !lexer_.TakeSymbol(")")) return false;
    --depth_;
    if (out.kind == SetValue::Kind::kPlus || out.kind == SetValue::Kind::kMinus) return true;
  } else if (!ParseOperand(out)) {
    return false;
  }
  const bool plus = lexer_.AtSymbol("+");
  if (!plus && !lexer_.AtSymbol("-")) return true;
  const std::string_view symbol = lexer_.Take().text;
  SetValue sum{.kind = plus ? SetValue::Kind::kPlus : SetValue::Kind::kMinus};
  sum.arguments.resize(2);
  sum.arguments[0] = std::move(out);
  if (!ParseOperand(sum.arguments[1])) return false;
  CountOperator();
  CheckOperandTypes(symbol, sum.arguments, Type::kN);
  out = std::move(sum);
  return true;
}

bool UpdateParser::ParseOperand(SetValue& out) {
  if (lexer_.AtSymbol("(")) {
    if (++depth_ > kMaxDepth) return false;
    lexer_.Take();
    if (!ParseOperand(out) || !lexer_.TakeSymbol(")")) return false;
    --depth_;
    return true;
  }
  if (lexer_.peek().kind == TokenKind::kValue) return ParseValue(out);
  if (lexer_.peek().kind == TokenKind::kName && lexer_.NextIsSymbol("(")) {
    return ParseFunction(out);
  }
  out.kind = SetValue::Kind::kPath;
  return ParsePath(out.path);
}

bool UpdateParser::ParseFunction(SetValue& out) {
  if (++depth_ > kMaxDepth) return false;
  const std::string_view name = lexer_.Take().text;
  lexer_.Take();  // The parenthesis.
  do {
    if (!ParseOperand(out.arguments.emplace_back())) return false;
  } while (lexer_.TakeSymbol(","));
  if (!lexer_.TakeSymbol(")")) return false;
  --depth_;
  CheckFunction(name, out);
  return true;
}

bool UpdateParser::ParsePath(Path& out) {
  for (const Section& section : kSections) {
    if (lexer_.AtKeyword(section.name)) return false;
  }
  PathProblems problems;
  std::optional<Path> path = ReadPath(lexer_, subs_, problems);
  if (!path) return false;
  if (!problems.reserved.empty()) findings_.Note(Pass::kReserved, std::move(problems.reserved));
  if (!problems.undefined.empty()) {
    findings_.Note(Pass::kUndefinedName, std::move(problems.undefined));
  }
  out = *std::move(path);
  return true;
}

bool UpdateParser::ParseValue(SetValue& out) {
  if (lexer_.peek().kind != TokenKind::kValue) return false;
  const std::string_view placeholder = lexer_.Take().text;
  out.kind = SetValue::Kind::kValue;
  out.value = subs_.UseValue(placeholder);
  if (!out.value) findings_.Note(Pass::kUndefinedValue, UndefinedValue(placeholder));
  return true;
}

// No two actions may write to the same place, or need it to be a map and a list.
void UpdateParser::CheckPath(const Path& path) {
  for (const UpdateAction& other : actions_) {
    const PathRelation relation = Relate(other.path, path);
    if (relation == PathRelation::kApart) continue;
    const bool overlap = relation == PathRelation::kOverlap;
    findings_.Note(overlap ? Pass::kOverlap : Pass::kConflict,
                   RelationProblem(relation, other.path, path));
  }
}

void UpdateParser::CheckActionOperand(ActionKind kind, const SetValue& operand) {
  if (!operand.value) return;
  const Type type = operand.value->type();
  if (IsSet(type) || (kind == ActionKind::kAdd && type == Type::kN)) return;
  findings_.Note(Pass::kActionOperand,
                 fmt::format("Incorrect operand type for operator or function; operator: {0}, "
                             "operand type: {1}, typeSet: ALLOWED_FOR_{0}_OPERAND",
                             NameOf(kind), LongTypeName(type)));
}

void UpdateParser::CheckFunction(std::string_view name, SetValue& call) {
  if (name == "if_not_exists") {
    call.kind = SetValue::Kind::kIfNotExists;
  } else if (name == "list_append") {
    call.kind = SetValue::Kind::kListAppend;
  } else {
    findings_.Note(Pass::kFunctionName,
                   FunctionNamed(name)
                       ? fmt::format("The function is not allowed in an update expression; "
                                     "function: {}",
                                     name)
                       : fmt::format("Invalid function name; function: {}", name));
    return;
  }
  for (const SetValue& argument : call.arguments) {
    if (argument.kind == SetValue::Kind::kListAppend) {
      findings_.Note(Pass::kFunctionUse, WrongFunctionUse("list_append"));
    }
  }
  if (call.arguments.size() != 2) {
    findings_.Note(Pass::kFunctionOperand, WrongOperandCount(name, call.arguments.size()));
  } else if (call.kind == SetValue::Kind::kListAppend) {
    CheckOperandTypes(name, call.arguments, Type::kL);
  } else if (call.arguments[0].kind != SetValue::Kind::kPath) {
    findings_.Note(
        Pass::kFunctionOperand,
        fmt::format("Operator or function requires a document path; operator or function: {}",
                    name));
  }
}

void UpdateParser::CheckOperandTypes(std::string_view name, const std::vector<SetValue>& operands,
                                     Type type) {
  for (const SetValue& operand : operands) {
    if (!operand.value || operand.value->type() == type) continue;
    findings_.Note(Pass::kFunctionOperand, WrongOperandType(name, TypeName(operand.value->type())));
    return;
  }
}

void UpdateParser::CountOperator() {
  if (++operators_ != kMaxOperators + 1) return;
  findings_.Note(Pass::kOperators,
                 fmt::format("The expression contains too many operators; operator count: {}",
                             kMaxOperators + 1));
}

}  // namespace lifeboat::dynamodb::expression
