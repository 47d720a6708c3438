#include "dynamodb/expression/condition_parser.h"

#include <fmt/format.h>

namespace lifeboat::dynamodb::expression {
namespace {

using Kind = ConditionNode::Kind;

// Parentheses and functions in one another. More than this cannot be right: every pair that is not
// redundant has an operator of its own.
constexpr size_t kMaxDepth = kMaxOperators + 20;

struct Comparator {
  std::string_view symbol;
  Kind kind;
};
constexpr Comparator kComparators[] = {
    {"=", Kind::kEqual},      {"<>", Kind::kNotEqual}, {"<", Kind::kLess},
    {"<=", Kind::kLessEqual}, {">", Kind::kGreater},   {">=", Kind::kGreaterEqual},
};

constexpr std::string_view kKeywords[] = {"AND", "OR", "NOT", "BETWEEN", "IN"};

// Known to the grammar, but allowed in update expressions only.
bool IsUpdateFunction(std::string_view name) {
  return name == "if_not_exists" || name == "list_append";
}

}  // namespace

AwsResult<ConditionNode> ConditionParser::Parse(std::string_view kind, std::string_view text,
                                                Substitutions& subs) {
  if (const std::string problem = CheckExpressionText(text); !problem.empty()) {
    return InvalidExpression(kind, problem);
  }
  ConditionParser parser(text, subs);
  Term term;
  const bool parsed =
      parser.ParseOr(term) && parser.RequireCondition(term) && parser.lexer_.AtEnd();
  if (!parsed && !parser.too_deep_) return InvalidExpression(kind, parser.lexer_.SyntaxError());
  if (parser.findings_.any()) return InvalidExpression(kind, parser.findings_.text());
  return std::get<ConditionNode>(std::move(term.what));
}

template <class ParseChild>
bool ConditionParser::ParseChain(Term& out, std::string_view keyword, Kind kind,
                                 ParseChild parse_child) {
  if (!parse_child(out)) return false;
  if (!lexer_.AtKeyword(keyword)) return true;
  ConditionNode chain{.kind = kind};
  for (;;) {
    if (!RequireCondition(out)) return false;
    chain.children.push_back(std::get<ConditionNode>(std::move(out.what)));
    if (!lexer_.TakeKeyword(keyword)) break;
    CountOperator();
    out = Term();
    if (!parse_child(out)) return false;
  }
  out = Term{std::move(chain)};
  return true;
}

bool ConditionParser::ParseOr(Term& out) {
  return ParseChain(out, "OR", Kind::kOr, [this](Term& child) { return ParseAnd(child); });
}

bool ConditionParser::ParseAnd(Term& out) {
  return ParseChain(out, "AND", Kind::kAnd, [this](Term& child) { return ParseNot(child); });
}

bool ConditionParser::ParseNot(Term& out) {
  size_t negations = 0;
  for (; lexer_.TakeKeyword("NOT"); ++negations) CountOperator();
  if (!ParseComparison(out)) return false;
  if (negations == 0) return true;
  if (!RequireCondition(out)) return false;
  // Two negations are kept as two, more as one or two.
  for (size_t i = 0; i < (negations % 2 == 1 ? 1 : 2); ++i) {
    ConditionNode node{.kind = Kind::kNot};
    node.children.push_back(std::get<ConditionNode>(std::move(out.what)));
    out = Term{std::move(node)};
  }
  return true;
}

bool ConditionParser::ParseComparison(Term& out) {
  if (!ParseTerm(out)) return false;
  if (!std::holds_alternative<Operand>(out.what)) return true;
  if (lexer_.AtKeyword("BETWEEN")) return ParseBetween(out);
  if (lexer_.AtKeyword("IN")) return ParseIn(out);
  for (const Comparator& comparator : kComparators) {
    if (!lexer_.TakeSymbol(comparator.symbol)) continue;
    std::vector<Operand> operands(2);
    operands[0] = std::get<Operand>(std::move(out.what));
    if (!ParseOperand(operands[1])) return false;
    FinishComparison(out, comparator.kind, comparator.symbol, std::move(operands));
    return true;
  }
  return true;
}

bool ConditionParser::ParseBetween(Term& out) {
  lexer_.Take();
  std::vector<Operand> operands(3);
  operands[0] = std::get<Operand>(std::move(out.what));
  if (!ParseOperand(operands[1]) || !lexer_.TakeKeyword("AND")) return false;
  if (!ParseOperand(operands[2])) return false;
  FinishComparison(out, Kind::kBetween, "BETWEEN", std::move(operands));
  return true;
}

bool ConditionParser::ParseIn(Term& out) {
  lexer_.Take();
  std::vector<Operand> operands;
  operands.push_back(std::get<Operand>(std::move(out.what)));
  if (!lexer_.TakeSymbol("(") || !ParseOperandList(operands)) return false;
  FinishComparison(out, Kind::kIn, "IN", std::move(operands));
  return true;
}

// `a, b, c )`
bool ConditionParser::ParseOperandList(std::vector<Operand>& out) {
  do {
    if (!ParseOperand(out.emplace_back())) return false;
  } while (lexer_.TakeSymbol(","));
  return lexer_.TakeSymbol(")");
}

bool ConditionParser::ParseOperand(Operand& out) {
  Term term;
  if (!ParseTerm(term) || !std::holds_alternative<Operand>(term.what)) return false;
  out = std::get<Operand>(std::move(term.what));
  return true;
}

bool ConditionParser::AtKeyword() const {
  for (const std::string_view keyword : kKeywords) {
    if (lexer_.AtKeyword(keyword)) return true;
  }
  return false;
}

bool ConditionParser::ParseTerm(Term& out) {
  if (lexer_.AtSymbol("(")) return ParseParentheses(out);
  if (lexer_.peek().kind == TokenKind::kValue) {
    ReadValueOperand(out);
    return true;
  }
  if (AtKeyword()) return false;
  const bool is_function = lexer_.peek().kind == TokenKind::kName && lexer_.NextIsSymbol("(");
  return is_function ? ParseFunction(out) : ReadPathOperand(out);
}

bool ConditionParser::ParseParentheses(Term& out) {
  constexpr std::string_view kRedundant = "The expression has redundant parentheses;";
  if (++depth_ > kMaxDepth) {
    too_deep_ = true;
    findings_.Note(Pass::kParentheses, std::string(kRedundant));
    return false;
  }
  lexer_.Take();
  if (!ParseOr(out) || !lexer_.TakeSymbol(")")) return false;
  if (out.in_parentheses) findings_.Note(Pass::kParentheses, std::string(kRedundant));
  out.in_parentheses = true;
  --depth_;
  return true;
}

bool ConditionParser::ParseFunction(Term& out) {
  const std::string_view name = lexer_.Take().text;
  const std::optional<Function> function = FunctionNamed(name);
  if (!function) {
    findings_.Note(Pass::kFunctionName,
                   IsUpdateFunction(name)
                       ? fmt::format("The function is not allowed in a condition expression; "
                                     "function: {}",
                                     name)
                       : fmt::format("Invalid function name; function: {}", name));
  }
  if (++depth_ > kMaxDepth) {
    too_deep_ = true;
    findings_.Note(Pass::kFunctionUse, WrongFunctionUse(name));
    return false;
  }
  lexer_.Take();  // The parenthesis.
  Operand operand{.kind = Operand::Kind::kFunction, .function = function.value_or(Function::kSize)};
  if (!ParseOperandList(operand.arguments)) return false;
  --depth_;
  CheckUse(operand.arguments);
  if (function) CheckFunction(operand, clause_);
  out = Term{std::move(operand)};
  return true;
}

bool ConditionParser::ReadPathOperand(Term& out) {
  PathProblems problems;
  std::optional<Path> path = ReadPath(lexer_, subs_, problems);
  if (!path) return false;
  if (!problems.reserved.empty()) findings_.Note(Pass::kReserved, std::move(problems.reserved));
  if (!problems.undefined.empty()) {
    clause_.Note(ClausePass::kUndefined, std::move(problems.undefined));
  }
  out = Term{Operand{.kind = Operand::Kind::kPath, .path = *std::move(path)}};
  return true;
}

void ConditionParser::ReadValueOperand(Term& out) {
  const std::string_view placeholder = lexer_.Take().text;
  Operand operand{.kind = Operand::Kind::kValue, .value = subs_.UseValue(placeholder)};
  if (!operand.value) clause_.Note(ClausePass::kUndefined, UndefinedValue(placeholder));
  out = Term{std::move(operand)};
}

// A function by itself becomes a condition; a path or value cannot be one.
bool ConditionParser::RequireCondition(Term& term) {
  Operand* operand = std::get_if<Operand>(&term.what);
  if (operand == nullptr) return true;
  if (operand->kind != Operand::Kind::kFunction) return false;
  if (operand->function == Function::kSize) {
    findings_.Note(Pass::kFunctionUse, WrongFunctionUse(NameOf(Function::kSize)));
  }
  ConditionNode node{.kind = Kind::kFunction};
  node.operands.push_back(std::move(*operand));
  EndCondition();
  term.what = std::move(node);
  return true;
}

void ConditionParser::FinishComparison(Term& out, Kind kind, std::string_view op,
                                       std::vector<Operand> operands) {
  CountOperator();
  CheckUse(operands);
  CheckComparison(kind, op, operands, clause_);
  EndCondition();
  out = Term{ConditionNode{.kind = kind, .operands = std::move(operands)}};
}

// Of all functions only size has a value that others can use.
void ConditionParser::CheckUse(const std::vector<Operand>& operands) {
  for (const Operand& operand : operands) {
    if (operand.kind == Operand::Kind::kFunction && operand.function != Function::kSize) {
      findings_.Note(Pass::kFunctionUse, WrongFunctionUse(NameOf(operand.function)));
    }
  }
}

// Of several conditions the first one's problem counts, whatever its kind.
void ConditionParser::EndCondition() {
  if (clause_.any()) findings_.Note(Pass::kConditions, clause_.text());
  clause_.Clear();
}

void ConditionParser::CountOperator() {
  if (++operators_ != kMaxOperators + 1) return;
  findings_.Note(Pass::kOperators,
                 fmt::format("The expression contains too many operators; operator count: {}",
                             kMaxOperators + 1));
}

}  // namespace lifeboat::dynamodb::expression
