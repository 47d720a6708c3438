// Expressions: parsed once, checked without the data, then applied to an item by const functions.
// (Developer Guide, "Expressions in DynamoDB"; exact texts of refusals in the error factories.)
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "dynamodb/attribute_value.h"
#include "http/aws_error.h"

namespace lifeboat::dynamodb {

using http::AwsError;
using http::AwsResult;

/// An expression may have no more bytes, as sent.
inline constexpr size_t kMaxExpressionBytes = 4096;
/// Operators in one expression: comparators, BETWEEN, IN, AND, OR, NOT, + and -.
inline constexpr size_t kMaxOperators = 300;
/// Operands of IN, the one before it included.
inline constexpr size_t kMaxInOperands = 100;

/// ExpressionAttributeNames and -Values of one request, with what was used: unused ones are refused
/// after all expressions of the request have been parsed. What has been parsed does not depend on
/// it any longer. wire.h reads one from a request.
class Substitutions {
 public:
  Substitutions() = default;  ///< Neither names nor values.
  /// Checks the maps' keys and sizes (`ExpressionAttributeNames contains invalid key: ...`).
  static AwsResult<Substitutions> Make(std::map<std::string, std::string> names,
                                       std::map<std::string, AttributeValue> values);
  /// nullptr when it is not defined.
  const std::string* UseName(std::string_view placeholder);
  std::shared_ptr<const AttributeValue> UseValue(std::string_view placeholder);
  /// `Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}` and so on.
  AwsResult<void> CheckAllUsed() const;

 private:
  struct Name {
    std::string name;
    bool used = false;
  };
  struct Value {
    std::shared_ptr<const AttributeValue> value;
    bool used = false;
  };
  std::map<std::string, Name, std::less<>> names_;
  std::map<std::string, Value, std::less<>> values_;
};

/// One step of a document path: `.name` or `[index]`.
struct PathElement {
  std::string name;  ///< Empty for an index.
  size_t index = 0;
  bool is_index = false;
  /// Names before indexes; names by bytes, indexes by number.
  auto operator<=>(const PathElement& other) const {
    return std::tie(is_index, name, index) <=> std::tie(other.is_index, other.name, other.index);
  }
  bool operator==(const PathElement&) const = default;
};
/// `a.b[3].c`; the first element is always a name.
using Path = std::vector<PathElement>;
/// nullptr when the item has nothing there.
const AttributeValue* Resolve(const Item& item, const Path& path);
/// `[a, b, [3]]`-style text of messages.
std::string ToMessageText(const Path& path);

struct ConditionNode;
/// ConditionExpression or FilterExpression.
class Condition {
 public:
  /// `kind` is `ConditionExpression` or `FilterExpression`, for messages.
  static AwsResult<Condition> Parse(std::string_view kind, std::string_view text,
                                    Substitutions& subs);
  /// Of a condition that is known to be right.
  static Condition FromNode(ConditionNode root);
  /// `item` may be empty (no such item). False on missing attributes, as AWS does; errors only
  /// where AWS errs at run time.
  AwsResult<bool> Evaluate(const Item& item) const;
  /// The top-level attribute names that it reads (a filter must not read key attributes).
  std::set<std::string> TopLevelNames() const;

 private:
  std::shared_ptr<const ConditionNode> root_;
};

/// Bounds on one key attribute, from KeyConditionExpression.
struct KeyBound {
  enum class Op { kEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kBetween, kBeginsWith };
  std::string attribute;
  Op op = Op::kEqual;
  AttributeValue value;
  AttributeValue upper;  ///< kBetween only.
};
/// Checks form only (one condition a key, allowed operators, literal operands); the caller matches
/// the attributes against the schema of the table or index.
AwsResult<std::vector<KeyBound>> ParseKeyCondition(std::string_view text, Substitutions& subs);

/// ProjectionExpression.
class Projection {
 public:
  static AwsResult<Projection> Parse(std::string_view text, Substitutions& subs);
  /// Of legacy AttributesToGet: plain top-level names.
  static AwsResult<Projection> FromNames(const std::vector<std::string>& names);
  /// Of paths that do not overlap, for instance an Update's.
  static Projection FromPaths(std::vector<Path> paths);
  /// What of `item` stands at the paths, in the structure that it has in the item; lists hold only
  /// the elements asked for, in their order.
  Item Apply(const Item& item) const;
  /// In ascending order.
  const std::vector<Path>& paths() const { return paths_; }

 private:
  std::vector<Path> paths_;
};

struct UpdateAction;
/// UpdateExpression.
class Update {
 public:
  static AwsResult<Update> Parse(std::string_view text, Substitutions& subs);
  /// Of actions whose paths do not overlap.
  static Update FromActions(std::vector<UpdateAction> actions);
  /// The new item. All right-hand sides and all list indexes see `item` as it was. Does not check
  /// key attributes or size. `exists` is false when there is no such item yet and `item` is only
  /// its key: AWS then ignores a REMOVE of a nested path, which it refuses otherwise.
  AwsResult<Item> Apply(const Item& item, bool exists = true) const;
  /// The bytes that UpdateItem counts for what the expression says, whatever the item; AWS refuses
  /// more than an item may have. 0 of AttributeUpdates.
  size_t Charge() const;
  /// Whether applying it to no item makes one: always, but for an update that only takes away
  /// (REMOVE, and DELETE from a set). An update that says nothing at all makes one, too.
  bool CreatesItem() const;
  /// The paths that it writes, in the order of the expression: for `Cannot update attribute <k>.
  /// This attribute is part of the key`, and for ReturnValues UPDATED_OLD and UPDATED_NEW.
  const std::vector<Path>& paths() const { return paths_; }

 private:
  std::shared_ptr<const std::vector<UpdateAction>> actions_;
  std::vector<Path> paths_;
};

/// True for DynamoDB's reserved words, in any case (Developer Guide, "Reserved words in DynamoDB").
bool IsReservedWord(std::string_view word);

}  // namespace lifeboat::dynamodb
