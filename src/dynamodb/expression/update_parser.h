// UpdateExpression (Developer Guide, "Using update expressions in DynamoDB"):
//
//   update   section+
//   section  SET path = value , ... | REMOVE path , ... | ADD path :value , ...
//            | DELETE path :value , ...
//   value    ( sum ) | sum
//   sum      operand [ + operand | - operand ]
//   operand  ( operand ) | path | :value | function ( operand, ... )
#pragma once

#include "dynamodb/expression/findings.h"
#include "dynamodb/expression/lexer.h"
#include "dynamodb/expression/path_reader.h"
#include "dynamodb/expression/update_action.h"

namespace lifeboat::dynamodb::expression {

class UpdateParser {
 public:
  static AwsResult<std::vector<UpdateAction>> Parse(std::string_view text, Substitutions& subs);

 private:
  // AWS's passes over the whole expression, in order.
  enum class Pass {
    kOperators,
    kReserved,
    kFunctionName,
    kFunctionUse,
    kSections,
    kUndefinedName,
    kUndefinedValue,
    kOverlap,
    kConflict,
    kActionOperand,
    kFunctionOperand
  };
  using ActionKind = UpdateAction::Kind;

  UpdateParser(std::string_view text, Substitutions& subs) : lexer_(text), subs_(subs) {}

  // All return false on a syntax error at the lexer's current token.
  bool ParseSections();
  bool ParseSection(ActionKind kind);
  bool ParseAction(UpdateAction& action);
  bool ParseSum(SetValue& out);
  bool ParseOperand(SetValue& out);
  bool ParseFunction(SetValue& out);
  bool ParsePath(Path& out);
  bool ParseValue(SetValue& out);

  void CheckPath(const Path& path);
  void CheckActionOperand(ActionKind kind, const SetValue& operand);
  void CheckFunction(std::string_view name, SetValue& call);
  void CheckOperandTypes(std::string_view name, const std::vector<SetValue>& operands, Type type);
  void CountOperator();

  Lexer lexer_;
  Substitutions& subs_;
  std::vector<UpdateAction> actions_;
  Findings<Pass> findings_;
  unsigned sections_seen_ = 0;  // One bit for each kind.
  size_t operators_ = 0;
  size_t depth_ = 0;
};

}  // namespace lifeboat::dynamodb::expression
