#include "replication/sender.h"

#include "replication/limits.h"
#include "storage/change_log.h"

namespace lifeboat::replication {
namespace {

Error Cut() { return {ErrorCode::kUnavailable, "the link is cut"}; }

Change ToChange(storage::ChangeRecord record) {
  const bool tombstone = !record.new_image;
  return {std::move(record.key), std::move(record.version), tombstone,
          tombstone ? std::string() : *std::move(record.new_image), record.committed_at};
}

}  // namespace

void Sender::SetPeers(storage::TableId table, const std::vector<std::string>& peers) {
  std::map<std::string, std::optional<uint64_t>, std::less<>> kept;
  Table& entry = tables_[table];
  for (const std::string& peer : peers) {
    const auto it = entry.acknowledged.find(peer);
    kept[peer] = it == entry.acknowledged.end() ? std::nullopt : it->second;
  }
  entry.acknowledged = std::move(kept);
  LookAgain(table);  // Answers the polls of those that are no peers any more.
  if (peers.empty()) tables_.erase(table);
}

bool Sender::IsPeer(storage::TableId table, std::string_view region) const {
  const auto it = tables_.find(table);
  return it != tables_.end() && it->second.acknowledged.contains(region);
}

std::optional<uint64_t> Sender::Acknowledged(storage::TableId table, std::string_view peer) const {
  const auto it = tables_.find(table);
  if (it == tables_.end()) return std::nullopt;
  const auto entry = it->second.acknowledged.find(peer);
  return entry == it->second.acknowledged.end() ? std::nullopt : entry->second;
}

storage::Version Sender::OwnFrontier(const LogSource::Head& head) const {
  // Named also when nothing was ever written: an empty region means that there is no frontier.
  return {head.frontier.wall_ms, head.frontier.counter, self_};
}

Page Sender::NewPage(Answer answer, storage::TableId table, std::string_view peer) const {
  Page page;
  page.answer = answer;
  ReplicaState state = d_.state(table, peer);
  page.log = state.log;
  page.head = d_.log.GetLogHead(table).durable_sequence;
  page.generations = UpTo(d_.log.GetGenerations(table), page.head, kMaxGenerations);
  page.started = started_;
  page.known = std::move(state.known);
  // What a replica that is being filled has applied is no base to forget anything by.
  if (state.ready) page.applied = std::move(state.applied);
  return page;
}

void Sender::ForgetAcknowledged(storage::TableId table, std::string_view peer) {
  const auto it = tables_.find(table);
  if (it == tables_.end()) return;
  const auto entry = it->second.acknowledged.find(peer);
  if (entry != it->second.acknowledged.end()) entry->second.reset();
}

std::optional<Page> Sender::RefusePosition(const PullRequest& request) const {
  if (request.after == storage::LogPosition()) return std::nullopt;  // From the start.
  Page page = NewPage(Answer::kSnapshotNeeded, request.table, request.from);
  if (request.after.log != page.log) return page;
  const storage::LogHistory ours{d_.log.GetGenerations(request.table), page.head};
  const storage::LogHistory theirs{request.generations, request.after.sequence};
  const auto common = d_.history_rule(ours, theirs);
  if (theirs.head <= ours.head && common == theirs.head) return std::nullopt;
  page.answer = Answer::kDiverged;
  page.last_common = common.value_or(0);
  return page;
}

void Sender::OnLogMoved(storage::TableId table) {
  const auto it = tables_.find(table);
  if (it != tables_.end()) NoteTime(table, it->second);
  LookAgain(table);
}

void Sender::NoteTime(storage::TableId id, Table& table) {
  Duration longest;
  for (const auto& [peer, sequence] : table.acknowledged) {
    longest = std::max(longest, d_.links(self_, peer).lag);
  }
  if (longest.ns <= 0) return table.times.Clear();
  table.times.Note(d_.log.GetLogHead(id).durable_sequence, d_.clock.Now(), longest);
}

void Sender::Pull(const PullRequest& request, Done done) {
  const auto refuse = [&](Answer answer) { done(NewPage(answer, request.table, request.from)); };
  if (!IsPeer(request.table, request.from)) return refuse(Answer::kNotAMember);
  d_.on_asked(request.table, request.from, request.own);
  const ReplicaState state = d_.state(request.table, request.from);
  if (!state.ready) return refuse(Answer::kNotReady);
  if (auto refusal = RefusePosition(request)) return done(*std::move(refusal));
  Table& table = tables_[request.table];
  if (request.after.log == state.log) table.acknowledged[request.from] = request.acknowledged;

  NoteTime(request.table, table);
  Poll poll{request,      std::move(done), d_.clock.Now() + request.wait, request.after.sequence,
            std::nullopt, std::nullopt};
  if (auto answer = Look(poll)) return poll.done(*std::move(answer));
  if (poll_count_ >= kMaxPolls) {
    return poll.done(Error{ErrorCode::kUnavailable, "too many pulls wait here"});
  }
  ++poll_count_;
  table.polls.push_back(std::move(poll));
}

std::optional<Result<Page>> Sender::Look(Poll& poll) {
  const storage::TableId table = poll.request.table;
  const std::string& peer = poll.request.from;
  if (!IsPeer(table, peer)) return NewPage(Answer::kNotAMember, table, peer);
  if (!d_.state(table, peer).ready) return NewPage(Answer::kNotReady, table, peer);
  const fault::LinkState link = d_.links(self_, poll.request.from);
  if (link.cut) return Cut();
  const bool time_is_up = d_.clock.Now() >= poll.deadline;
  if (link.paused) {
    if (!time_is_up) return std::nullopt;
    Page page = NewPage(Answer::kChanges, table, peer);
    page.through = poll.through;
    // Even when this is the head, the pause hides it: a frontier here would be a change given.
    return page;
  }
  const uint64_t before = poll.through;
  std::optional<Page> page = ReadLog(poll, link.lag);
  if (!page) return NewPage(Answer::kSnapshotNeeded, table, peer);
  const bool more_to_scan = poll.through > before && poll.through < page->head && !poll.next;
  if (page->changes.empty() && !time_is_up && !more_to_scan) return std::nullopt;
  return *std::move(page);
}

std::optional<Page> Sender::ReadLog(Poll& poll, Duration lag) {
  const storage::TableId table = poll.request.table;
  const LogSource::Head head = d_.log.GetLogHead(table);
  Page page = NewPage(Answer::kChanges, table, poll.request.from);
  const storage::ChangeLogReader reader(d_.engine, table);
  size_t bytes = 0;
  const auto full = [&] { return bytes >= kPageBytes || page.changes.size() >= d_.page_changes; };
  bool young = poll.next && !OldEnough(poll, *poll.next, lag);
  for (int i = 0; i < kChunksPerLook && poll.through < page.head && !young && !full(); ++i) {
    const size_t room = d_.page_changes - page.changes.size();
    auto records = reader.Read(poll.through, std::min(kChunkRecords, room), kChunkBytes);
    if (!records.ok() || records->empty()) return std::nullopt;
    for (storage::ChangeRecord& record : *records) {
      if (record.sequence > page.head || full()) break;
      if (record.sequence != poll.through + 1) return std::nullopt;  // It has been trimmed.
      young = !OldEnough(poll, {record.sequence, record.committed_at}, lag);
      if (young) break;
      poll.through = record.sequence;
      if (record.version.region != self_) continue;
      bytes += record.key.size() + (record.new_image ? record.new_image->size() : 0);
      page.changes.push_back(ToChange(std::move(record)));
    }
  }
  page.through = poll.through;
  if (page.through == page.head) page.frontier = OwnFrontier(head);
  return page;
}

Duration Sender::TimeLeft(const Poll& poll, const Poll::Young& record, Duration lag) const {
  const Duration by_wall = record.committed_at + lag - d_.clock.WallNow();
  const LogTimes& times = tables_.at(poll.request.table).times;
  if (times.empty()) return by_wall;
  const LogTimes::Time durable = times.Find(record.sequence);
  const Duration left = durable.at + lag - d_.clock.Now();
  // Of a record that is older than the noting its commit time says more, unless the clock has been
  // stepped back since.
  return durable.exact ? left : std::min(left, by_wall);
}

bool Sender::OldEnough(Poll& poll, Poll::Young record, Duration lag) {
  const Duration left = lag.ns == 0 ? Duration() : TimeLeft(poll, record, lag);
  if (left.ns <= 0) {
    poll.next.reset();
    return true;
  }
  poll.next = record;
  const Instant due = d_.clock.Now() + left;
  if (!poll.alarm || *poll.alarm > due || *poll.alarm <= d_.clock.Now()) {
    poll.alarm = due;
    const storage::TableId table = poll.request.table;
    d_.scheduler.After(left, life_.Guard([this, table] { LookAgain(table); }));
  }
  return false;
}

void Sender::LookAgain(storage::TableId table) {
  const auto it = tables_.find(table);
  if (it == tables_.end()) return;
  // Answers are given last: what they call may come back to us.
  std::vector<std::pair<Done, Result<Page>>> answers;
  std::list<Poll>& polls = it->second.polls;
  for (auto poll = polls.begin(); poll != polls.end();) {
    auto answer = Look(*poll);
    if (!answer) {
      ++poll;
      continue;
    }
    answers.emplace_back(std::move(poll->done), *std::move(answer));
    poll = polls.erase(poll);
    --poll_count_;
  }
  for (auto& [done, answer] : answers) done(std::move(answer));
}

void Sender::OnLinksChanged() {
  std::vector<storage::TableId> tables;
  for (auto& [table, entry] : tables_) {
    tables.push_back(table);
    NoteTime(table, entry);
  }
  for (const storage::TableId table : tables) LookAgain(table);
}

void Sender::Tick() {
  const Instant now = d_.clock.Now();
  std::vector<storage::TableId> due;
  for (const auto& [table, entry] : tables_) {
    const auto is_due = [&](const Poll& poll) { return poll.deadline <= now; };
    if (std::any_of(entry.polls.begin(), entry.polls.end(), is_due)) due.push_back(table);
  }
  for (const storage::TableId table : due) LookAgain(table);
}

Result<Page> Sender::Snapshot(const SnapshotRequest& request) const {
  const auto answer = [&](Answer what) { return NewPage(what, request.table, request.from); };
  if (!IsPeer(request.table, request.from)) return answer(Answer::kNotAMember);
  const fault::LinkState link = d_.links(self_, request.from);
  if (link.cut) return Cut();
  const ReplicaState state = d_.state(request.table, request.from);
  if (!state.ready) return answer(Answer::kNotReady);
  // Items of a replica that was rolled back and doesn't know it yet must not get anywhere.
  if (link.paused || !state.checked) return answer(Answer::kHeldBack);
  if (request.log != storage::LogId() && request.log != state.log) {
    return answer(Answer::kSnapshotNeeded);  // It was begun with a log that we have lost.
  }
  const LogSource::Head head = d_.log.GetLogHead(request.table);
  Page page = answer(Answer::kChanges);
  page.through = page.head;
  page.frontier = OwnFrontier(head);

  const std::string prefix = storage::ItemPrefix(request.table);
  const auto it = d_.engine.NewIterator(storage::Space::kItems, prefix, storage::PrefixEnd(prefix));
  size_t bytes = 0;
  it->Seek(request.cursor.empty() ? prefix : request.cursor + '\0');
  for (; it->Valid() && bytes < kPageBytes && page.changes.size() < d_.page_changes; it->Next()) {
    auto item = storage::DecodeStoredItem(it->value());
    if (!item.ok()) return item.error();
    bytes += it->key().size() + item->image.size();
    page.changes.push_back({std::string(it->key()),
                            std::move(item->version),
                            item->tombstone,
                            std::move(item->image),
                            {}});
  }
  if (!it->status().ok()) return it->status().error();
  page.done = !it->Valid();
  page.cursor = page.changes.empty() ? request.cursor : page.changes.back().key;
  return page;
}

}  // namespace lifeboat::replication
