#include "route53/history.h"

#include "route53/errors.h"
#include "route53/routes.h"

namespace lifeboat::route53 {
namespace {

/// The content is new, and has its number already.
void Close(std::string_view generation, State& state, StateWriter& writer) {
  state.previous = std::move(state.digest);
  state.content = EncodeContent(state);
  state.digest = ContentDigest(state.previous, state.number, state.content);
  writer.PutDigests(state);
  const size_t stretches = state.lineage.stretches.size();
  Continue(state.lineage, generation, state.number);
  if (state.lineage.stretches.size() != stretches) writer.PutLineage(state.lineage);
}

size_t Bytes(const KeptRequest& batch) { return batch.target.size() + batch.body.size(); }

void Keep(KeptRequest batch, State& state, StateWriter& writer) {
  writer.PutBatch(batch);
  const uint64_t number = batch.number;
  state.batches.insert_or_assign(number, std::move(batch));
  size_t bytes = 0;
  for (const auto& [each, kept] : state.batches) bytes += Bytes(kept);
  while (state.batches.size() > 1 &&
         (state.batches.size() > kMaxBatches || bytes > kMaxBatchBytes)) {
    const auto oldest = state.batches.begin();
    bytes -= Bytes(oldest->second);
    writer.DeleteBatch(oldest->first);
    state.batches.erase(oldest);
  }
}

/// Empty when we no longer know it.
std::string_view DigestAt(const State& state, uint64_t number) {
  if (number == state.number) return state.digest;
  const auto batch = state.batches.find(number);
  return batch == state.batches.end() ? std::string_view() : batch->second.digest;
}

}  // namespace

OperationResult Make(KeptRequest request, std::string_view generation, const Surroundings& around,
                     State& state, StateWriter& writer) {
  const http::Target target = http::SplitTarget(request.target);
  std::optional<Route> route = FindRoute(request.method, target.path);
  if (!route) return UnknownOperation();
  Prng prng(request.seed);
  Operation op{.state = state,
               .writer = writer,
               .observations = around.observations,
               .prng = prng,
               .now = request.at,
               .name_servers = around.name_servers,
               .path = std::move(route->path),
               .query = http::Params::Parse(target.query),
               .body = request.body};
  const uint64_t before = state.number;
  OperationResult result = route->function(op);
  if (!result.ok() || writer.empty()) return result;
  if (state.number == before) AdvanceNumber(op);
  Close(generation, state, writer);
  request.number = state.number;
  request.generation = generation;
  request.digest = state.digest;
  Keep(std::move(request), state, writer);
  return result;
}

void TakeNumber(std::string_view generation, State& state, StateWriter& writer) {
  writer.PutNumber(++state.number);
  Close(generation, state, writer);
}

bool IsOurs(const State& state, const Held& held) {
  if (!Holds({state.lineage, state.number}, held.generation, held.number)) return false;
  const std::string_view digest = DigestAt(state, held.number);
  return digest.empty() || held.digest.empty() || digest == held.digest;
}

}  // namespace lifeboat::route53
