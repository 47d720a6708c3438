// Generations: which opening of a data folder wrote which part of a table's log
// (docs/replication.md, section 3). Two histories of one log share what they share of this list, so
// comparing two lists tells up to where they are the same.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "storage/engine.h"
#include "storage/item.h"

namespace lifeboat::storage {

/// From this sequence on the records of a log are those of a generation, up to the next one's.
struct GenerationStart {
  uint64_t generation = 0;  ///< A nonce, drawn at each opening; 0: written by version 0.1.
  uint64_t first = 0;
  auto operator<=>(const GenerationStart&) const = default;
};

/// By ascending `first`; the first one is 1 in a list that is whole.
using Generations = std::vector<GenerationStart>;

/// Adds an entry to a list; one without records that it replaces is taken out.
void Begin(Generations& list, const GenerationStart& start);
/// Adds an entry; to be committed together with the record `start.first`.
void PutGeneration(WriteBatch& batch, TableId table, const GenerationStart& start);
/// Removes all entries of a table.
void DropGenerations(WriteBatch& batch, TableId table);
/// The whole list; what was written before there were generations counts as generation 0.
Result<Generations> LoadGenerations(const Engine& engine, TableId table);

/// The generation of a record; 0 when the list does not reach back to it.
uint64_t GenerationAt(const Generations& list, uint64_t sequence);
/// What the list says of records up to `sequence`, the latest `most` entries of it.
Generations UpTo(const Generations& list, uint64_t sequence, size_t most);

/// A log as somebody knows it: the end of the list, and the greatest durable sequence.
struct LogHistory {
  Generations generations;
  uint64_t head = 0;
  bool operator==(const LogHistory&) const = default;
};

/// The greatest sequence up to which both are the same log. `ours` must be whole. nullopt: `theirs`
/// does not reach back far enough to tell.
std::optional<uint64_t> LastCommon(const LogHistory& ours, const LogHistory& theirs);
/// True when everything in `theirs` is in `ours`.
bool Contains(const LogHistory& ours, const LogHistory& theirs);

}  // namespace lifeboat::storage
