#include "replication/sender.h"

#include "replication/limits.h"
#include "storage/change_log.h"

namespace lifeboat::replication {
namespace {

Page Refusal(Answer answer) {
  Page page;
  page.answer = answer;
  return page;
}

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

Page Sender::NewPage(storage::TableId table) const {
  Page page;
  page.log = log_;
  page.applied = d_.applied(table);
  return page;
}

bool Sender::Continues(const PullRequest& request) const {
  const uint64_t head = d_.log.GetLogHead(request.table).durable_sequence;
  const bool from_the_start = request.after == storage::LogPosition();
  return from_the_start || (request.after.log == log_ && request.after.sequence <= head);
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
  if (!IsPeer(request.table, request.from)) return done(Refusal(Answer::kNotAMember));
  if (!Continues(request)) return done(Refusal(Answer::kSnapshotNeeded));
  Table& table = tables_[request.table];
  if (request.after.log == log_) table.acknowledged[request.from] = request.acknowledged;

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
  if (!IsPeer(table, poll.request.from)) return Refusal(Answer::kNotAMember);
  const fault::LinkState link = d_.links(self_, poll.request.from);
  if (link.cut) return Cut();
  const bool time_is_up = d_.clock.Now() >= poll.deadline;
  if (link.paused) {
    if (!time_is_up) return std::nullopt;
    Page page = NewPage(table);
    page.through = poll.through;
    page.head = d_.log.GetLogHead(table).durable_sequence;
    // Even when this is the head, the pause hides it: a frontier here would be a change given.
    return page;
  }
  const uint64_t before = poll.through;
  std::optional<Page> page = ReadLog(poll, link.lag);
  if (!page) return Refusal(Answer::kSnapshotNeeded);
  const bool more_to_scan = poll.through > before && poll.through < page->head && !poll.next;
  if (page->changes.empty() && !time_is_up && !more_to_scan) return std::nullopt;
  return *std::move(page);
}

std::optional<Page> Sender::ReadLog(Poll& poll, Duration lag) {
  const storage::TableId table = poll.request.table;
  const LogSource::Head head = d_.log.GetLogHead(table);
  Page page = NewPage(table);
  page.head = head.durable_sequence;
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
  if (!IsPeer(request.table, request.from)) return Refusal(Answer::kNotAMember);
  const fault::LinkState link = d_.links(self_, request.from);
  if (link.cut) return Cut();
  if (link.paused) return Refusal(Answer::kHeldBack);
  if (request.log != storage::LogId() && request.log != log_) {
    return Refusal(Answer::kSnapshotNeeded);  // It was begun with a log that we have lost.
  }
  const LogSource::Head head = d_.log.GetLogHead(request.table);
  Page page = NewPage(request.table);
  page.through = page.head = head.durable_sequence;
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
