// ConditionExpression, FilterExpression and KeyConditionExpression have one grammar (Developer
// Guide, "Condition and filter expressions, operators, and functions in DynamoDB"):
//
//   or          and ( OR and )*
//   and         not ( AND not )*
//   not         NOT* comparison
//   comparison  term [ comparator term | BETWEEN term AND term | IN ( term, ... ) ]
//   term        ( or ) | path | :value | function ( term, ... )
//
// A term may turn out to be an operand or, in parentheses or as a function, a whole condition;
// which one it is decides whether a comparator may follow.
#pragma once

#include <string>
#include <variant>

#include "dynamodb/expression/condition_checks.h"
#include "dynamodb/expression/findings.h"
#include "dynamodb/expression/lexer.h"
#include "dynamodb/expression/operand.h"
#include "dynamodb/expression/path_reader.h"

namespace lifeboat::dynamodb::expression {

class ConditionParser {
 public:
  /// `kind` is the parameter's name, for messages.
  static AwsResult<ConditionNode> Parse(std::string_view kind, std::string_view text,
                                        Substitutions& subs);

 private:
  // AWS's passes over the whole expression, in order.
  enum class Pass { kOperators, kParentheses, kFunctionName, kFunctionUse, kReserved, kConditions };
  struct Term {
    std::variant<Operand, ConditionNode> what;
    bool in_parentheses = false;
  };

  ConditionParser(std::string_view text, Substitutions& subs) : lexer_(text), subs_(subs) {}

  // All return false on a syntax error at the lexer's current token.
  bool ParseOr(Term& out);
  bool ParseAnd(Term& out);
  bool ParseNot(Term& out);
  bool ParseComparison(Term& out);
  bool ParseTerm(Term& out);
  bool ParseParentheses(Term& out);
  bool ParseFunction(Term& out);
  bool ParseOperand(Operand& out);
  bool ParseOperandList(std::vector<Operand>& out);
  bool ParseBetween(Term& out);
  bool ParseIn(Term& out);
  bool ReadPathOperand(Term& out);
  void ReadValueOperand(Term& out);

  bool AtKeyword() const;
  bool RequireCondition(Term& term);
  template <class ParseChild>
  bool ParseChain(Term& out, std::string_view keyword, ConditionNode::Kind kind,
                  ParseChild parse_child);
  void FinishComparison(Term& out, ConditionNode::Kind kind, std::string_view op,
                        std::vector<Operand> operands);
  void CheckUse(const std::vector<Operand>& operands);
  void EndCondition();
  void CountOperator();

  Lexer lexer_;
  Substitutions& subs_;
  Findings<Pass> findings_;
  ClauseFindings clause_;  // Of the condition being read.
  size_t operators_ = 0;
  size_t depth_ = 0;
  bool too_deep_ = false;
};

}  // namespace lifeboat::dynamodb::expression
