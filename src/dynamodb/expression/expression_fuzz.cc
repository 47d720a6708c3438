// Expressions of every kind over one item that has a value of every type.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "dynamodb/expression.h"
#include "dynamodb/wire.h"

using namespace lifeboat;            // NOLINT
using namespace lifeboat::dynamodb;  // NOLINT

namespace {

constexpr std::string_view kNames = R"({"#a":"a","#m":"m"})";
constexpr std::string_view kValues = R"({":s":{"S":"a"},":n":{"N":"1"},":b":{"B":"YQ=="},
  ":t":{"BOOL":true},":u":{"NULL":true},":l":{"L":[{"N":"1"}]},":m":{"M":{"x":{"S":"a"}}},
  ":ss":{"SS":["a"]},":ns":{"NS":["1"]},":bs":{"BS":["YQ=="]}})";
constexpr std::string_view kItem = R"({"a":{"S":"ab"},"n":{"N":"2"},"b":{"B":"YWI="},
  "t":{"BOOL":true},"u":{"NULL":true},"l":{"L":[{"S":"a"},{"N":"1"},{"M":{"x":{"N":"1"}}}]},
  "m":{"M":{"x":{"S":"a"},"l":{"L":[{"N":"1"}]}}},"ss":{"SS":["a","b"]},"ns":{"NS":["1","2"]},
  "bs":{"BS":["YQ=="]}})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const json::Value kNamesJson = *json::Parse(kNames);
  static const json::Value kValuesJson = *json::Parse(kValues);
  static const Substitutions kSubs = *SubstitutionsFromJson(&kNamesJson, &kValuesJson);
  static const Item kOld = *ItemFromJson(*json::Parse(kItem));
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Substitutions subs = kSubs;

  if (const auto condition = Condition::Parse("ConditionExpression", text, subs); condition.ok()) {
    const bool is = *condition->Evaluate(kOld);
    // Negation parses whenever there is room for one more operator, and turns the result round.
    const std::string negated = "NOT (" + std::string(text) + ")";
    const auto opposite = Condition::Parse("ConditionExpression", negated, subs);
    if (opposite.ok()) Check(*opposite->Evaluate(kOld) != is, "NOT turns it round");
    Check(condition->Evaluate(Item()).ok(), "evaluation never fails");
  }
  if (const auto update = Update::Parse(text, subs); update.ok()) {
    const auto item = update->Apply(kOld);
    if (item.ok()) Check(*DecodeItem(EncodeItem(*item)) == *item, "an update makes a valid item");
  }
  if (const auto projection = Projection::Parse(text, subs); projection.ok()) {
    const Item once = projection->Apply(kOld);
    Check(SizeOf(once) <= SizeOf(kOld), "a projection is a part");
  }
  (void)ParseKeyCondition(text, subs);
  (void)subs.CheckAllUsed();
  return 0;
}
