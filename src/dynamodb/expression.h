// Expressions: parsed once, checked without the data, then applied to an item by const functions.
// (Developer Guide, "Expressions in DynamoDB"; exact texts of refusals in the error factories.)
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dynamodb/attribute_value.h"
#include "http/aws_error.h"

namespace lifeboat::dynamodb {

using http::AwsError;
using http::AwsResult;

/// ExpressionAttributeNames and -Values of one request, with what was used: unused ones are refused
/// after all expressions of the request have been parsed.
class Substitutions {
 public:
  /// Checks the maps themselves (`ExpressionAttributeNames contains invalid key: ...`).
  static AwsResult<Substitutions> Make(std::map<std::string, std::string> names,
                                       std::map<std::string, AttributeValue> values);
  const std::string* UseName(std::string_view placeholder);
  const AttributeValue* UseValue(std::string_view placeholder);
  /// `Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}` and so on.
  AwsResult<void> CheckAllUsed() const;

 private:
  std::map<std::string, std::string, std::less<>> names_;
  std::map<std::string, AttributeValue, std::less<>> values_;
  std::set<std::string, std::less<>> used_;
};

/// One step of a document path: `.name` or `[index]`.
struct PathElement {
  std::string name;  ///< Empty for an index.
  size_t index = 0;
  bool is_index = false;
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
  Item Apply(const Item& item) const;
  const std::vector<Path>& paths() const { return paths_; }

 private:
  std::vector<Path> paths_;
};

struct UpdateAction;
/// UpdateExpression.
class Update {
 public:
  static AwsResult<Update> Parse(std::string_view text, Substitutions& subs);
  /// The new item. All right-hand sides see `item` as it was. Does not check key attributes or
  /// size.
  AwsResult<Item> Apply(const Item& item) const;
  /// The paths that it writes: for `Cannot update attribute <k>. This attribute is part of the
  /// key`, and for ReturnValues UPDATED_OLD and UPDATED_NEW.
  const std::vector<Path>& paths() const { return paths_; }

 private:
  std::shared_ptr<const std::vector<UpdateAction>> actions_;
  std::vector<Path> paths_;
};

/// True for DynamoDB's reserved words, in any case (Developer Guide, "Reserved words in DynamoDB").
bool IsReservedWord(std::string_view word);

}  // namespace lifeboat::dynamodb
