#include "dynamodb/api/single_write.h"

#include "dynamodb/errors.h"
#include "dynamodb/item_key.h"
#include "dynamodb/legacy.h"
#include "dynamodb/shape.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

struct UnderWay {
  SingleWrite single;
  WriteOutcome outcome;
  std::string answer;
};

std::string Answer(const Table& table, UnderWay& state) {
  const SingleWrite& single = state.single;
  ResponseWriter writer;
  if (single.attributes) {
    const std::optional<Item> shown = single.attributes(state.outcome);
    if (shown && !shown->empty()) writer.Add("Attributes", *shown);
  }
  if (single.capacity != CapacityDetail::kNone) {
    const ItemChange change = state.outcome.change.value_or(ItemChange());
    AddConsumed(writer, table.name, WriteUnits(table, change.old_image, change.new_image),
                single.capacity);
  }
  if (single.collection_metrics && table.has_local_indexes()) {
    writer.AddRaw("ItemCollectionMetrics", CollectionMetrics(table, single.write.item));
  }
  return writer.Take();
}

}  // namespace

AwsResult<void> CheckReturnsOldOnly(const json::Value& request) {
  const std::string& wanted = request.GetString("ReturnValues");
  if (wanted.empty() || wanted == "ALL_OLD" || wanted == "NONE") return {};
  const http::AwsError error = errors::Validation("ReturnValues can only be ALL_OLD or NONE");
  return IsTooDeepForNewer(request) ? error : errors::InEnvelope(error);
}

void ReadCommonMembers(const json::Value& request, SingleWrite& single) {
  single.capacity = CapacityDetailOf(request);
  single.collection_metrics = request.GetString("ReturnItemCollectionMetrics") == "SIZE";
  single.write.item_on_failure =
      request.GetString("ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
}

AwsResult<void> ReadExpressions(const json::Value& request, ItemWrite& write) {
  auto parsed = ParseExpressions(request);
  if (!parsed) return errors::InEnvelope(parsed.error());
  write.condition = std::move(parsed->condition);
  write.update = std::move(parsed->update);
  if (!write.condition) {
    auto expected = ConditionFromExpected(request);
    if (!expected) return errors::InEnvelope(expected.error());
    write.condition = *std::move(expected);
  }
  if (write.kind != ItemWrite::Kind::kUpdate || write.update) return {};
  if (!Present(request, "AttributeUpdates")) return {};
  auto update = UpdateFromAttributeUpdates(request);
  if (!update) return errors::InEnvelope(update.error());
  write.update = *std::move(update);
  return {};
}

void SubmitSingleWrite(Core& core, SingleWrite single, Respond respond) {
  if (core.writes.InTransaction(single.write.key)) return respond(errors::TransactionConflict());
  auto state = std::make_shared<UnderWay>();
  state->single = std::move(single);
  core.writes.Submit(
      {state->single.write.key}, KeyQueue::Kind::kWrite,
      [&core, state]() -> AwsResult<WritePath::Evaluated> {
        auto outcome = Evaluate(core, state->single.write, state->single.need_old);
        if (!outcome) return outcome.error();
        state->outcome = *std::move(outcome);
        state->answer = Answer(core.catalog.Find(state->single.write.table)->table(), *state);
        WritePath::Evaluated evaluated;
        if (state->outcome.change) {
          evaluated.changes.push_back(*std::exchange(state->outcome.change, std::nullopt));
        }
        return evaluated;
      },
      [state, respond = std::move(respond)](AwsResult<void> done) {
        if (!done) return respond(done.error());
        respond(std::move(state->answer));
      });
}

std::string CollectionMetrics(const Table& table, const Item& item) {
  Item key;
  const std::string& hash = table.keys.hash[0].name;
  if (const AttributeValue* value = item.Find(hash)) key.Set(hash, *value);
  ResponseWriter metrics;
  metrics.Add("ItemCollectionKey", key);
  metrics.AddRaw("SizeEstimateRangeGB", "[0.0,1.0]");
  return metrics.Take();
}

}  // namespace lifeboat::dynamodb
