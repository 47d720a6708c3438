// The audit: every key that the run has written, or has tried to, is read on every survivor through
// the API and by a consistent Scan of the table, before the lost region comes back and mixes in.
#include "client/lifeline.h"
#include "drill/key_reader.h"
#include "drill/live_timeline.h"
#include "drill/phases/phases.h"
#include "drill/region_contents.h"
#include "drill/waiting.h"
#include "drill/workload.h"

namespace lifeboat::drill {
namespace {

/// While load runs the audit adds no more than this share of it.
constexpr double kShareOfLoad = 0.25;
/// After so many reads in a row that got no usable answer the rest isn't tried: the region answers
/// nobody.
constexpr int kGiveUpAfter = 48;
constexpr Duration kTick = Duration::Millis(100);
constexpr Duration kMargin = Duration::Minutes(2);

/// The audit of one survivor.
class RegionAudit {
 public:
  RegionAudit(const Setting& setting, KnownItems& items, const std::string& region,
              double reads_per_second)
      : setting_(setting),
        items_(items),
        region_(region),
        rate_(reads_per_second),
        reader_(setting, items, region),
        table_(setting.host.dialer, setting.host.clock, setting.places, setting.world.credentials,
               region) {}

  void Start(std::vector<std::string> keys) {
    keys_ = std::move(keys);
    // Items that no answer has named are looked for in the table first.
    std::stable_partition(keys_.begin(), keys_.end(),
                          [this](const std::string& key) { return items_.HasId(key); });
    started_ = setting_.Now();
    ReadTable();
    Tick();
  }
  bool done() const { return table_done_ && noted_ == keys_.size(); }
  size_t noted() const { return noted_; }
  const std::string& region() const { return region_; }

 private:
  void ReadTable() {
    const int64_t asked = setting_.Micros();
    ReadContents(table_, *setting_.scenario.api.item, setting_.key_prefix,
                 lifeline_.Guard([this, asked](const Result<Contents>& contents) {
                   OnTable(asked, contents);
                 }));
  }

  void OnTable(int64_t asked, const Result<Contents>& contents) {
    constexpr int kTries = 4;
    if (!contents.ok() && ++table_tries_ < kTries) {
      setting_.host.scheduler.After(Duration::Seconds(1), lifeline_.Guard([this] { ReadTable(); }));
      return;
    }
    std::map<std::string, const FoundItem*> by_key;
    if (contents.ok())
      for (const auto& [item, found] : *contents) {
        const FoundItem*& best = by_key[found.key];
        if (best == nullptr || best->seq < found.seq) best = &found;
        items_.OnFound(found.key, found.id);
      }
    for (const std::string& key : keys_) {
      AuditLine line = Line(key, "table", asked);
      const auto found = by_key.find(key);
      if (!contents.ok())
        line.error = contents.error().message;
      else
        line.status = 200;
      if (found != by_key.end()) line.seen = found->second->seq;
      setting_.journal.Note(line);
    }
    table_done_ = true;
  }

  /// Sends the reads that are due by now.
  void Tick() {
    const double passed = (setting_.Now() - started_).seconds();
    const auto due = static_cast<size_t>(passed * rate_) + 1;
    while (next_ < keys_.size() && next_ < due) {
      const std::string& key = keys_[next_];
      if (!items_.HasId(key) && !table_done_) break;
      ++next_;
      if (!items_.HasId(key)) {
        AuditLine line = Line(key, "api", setting_.Micros());
        line.error = "no answer has told its id, and the table has no item of its name";
        Note(line);
        continue;
      }
      if (failures_ >= kGiveUpAfter) {
        AuditLine line = Line(key, "api", setting_.Micros());
        line.error = "not tried: the region gave no usable answer to the reads before";
        Note(line);
        continue;
      }
      const int64_t asked = setting_.Micros();
      reader_.Read(key, lifeline_.Guard([this, key, asked](const KeyReader::Finding& finding) {
        OnFinding(key, asked, finding);
      }));
    }
    if (next_ < keys_.size())
      setting_.host.scheduler.After(kTick, lifeline_.Guard([this] { Tick(); }));
  }

  void OnFinding(const std::string& key, int64_t asked, const KeyReader::Finding& finding) {
    failures_ = finding.error.empty() ? 0 : failures_ + 1;
    AuditLine line = Line(key, "api", asked);
    line.seen = finding.seen;
    line.match = finding.match;
    line.status = finding.status;
    line.error = finding.error;
    Note(line);
  }

  AuditLine Line(const std::string& key, const char* via, int64_t asked) const {
    AuditLine line;
    line.key = key;
    line.via = via;
    line.region = region_;
    line.asked = asked;
    return line;
  }

  void Note(const AuditLine& line) {
    setting_.journal.Note(line);
    ++noted_;
  }

  const Setting& setting_;
  KnownItems& items_;
  const std::string region_;
  const double rate_;
  KeyReader reader_;
  client::AwsClient table_;
  std::vector<std::string> keys_;
  Instant started_;
  size_t next_ = 0;
  size_t noted_ = 0;
  int failures_ = 0;
  int table_tries_ = 0;
  bool table_done_ = false;
  client::Lifeline lifeline_;
};

class Audit final : public Phase {
 public:
  Audit(const Setting& setting, Workload& workload, KnownItems& items, LiveTimeline& timeline)
      : setting_(setting),
        workload_(workload),
        items_(items),
        timeline_(timeline),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "audit"; }

  void Start(Done done) override {
    setting_.journal.Note(AuditBeginLine{});
    std::vector<std::string> keys;
    for (const Workload::Key& key : workload_.keys()) {
      keys.push_back(key.name);
      writes_ += key.last_seq;
    }
    const std::vector<std::string> survivors = setting_.scenario.survivors();
    const WorkloadSpec& load = setting_.scenario.workload;
    const double rate =
        (load.read_rate + load.write_rate) * kShareOfLoad / static_cast<double>(survivors.size());
    all_ = keys.size() * survivors.size();
    for (const std::string& survivor : survivors) {
      regions_.push_back(std::make_unique<RegionAudit>(setting_, items_, survivor, rate));
      regions_.back()->Start(keys);
    }
    const Duration expected =
        Duration::Nanos(static_cast<int64_t>(static_cast<double>(keys.size()) / rate * 1e9));
    waiting_.Start(
        {[this] { return Complete(); }, [this] { return What(); }, expected * 2 + kMargin},
        [this, done](bool complete) { Finish(complete, done); });
  }

 private:
  bool Complete() const {
    return std::all_of(regions_.begin(), regions_.end(),
                       [](const auto& region) { return region->done(); });
  }

  size_t Noted() const {
    size_t noted = 0;
    for (const auto& region : regions_) noted += region->noted();
    return noted;
  }

  std::string What() const { return fmt::format("the audit, {} of {} keys", Noted(), all_); }

  void Finish(bool complete, const Done& done) {
    AuditEndLine end;
    end.reads = static_cast<int64_t>(Noted());
    regions_.clear();
    if (!complete) return done(Error{ErrorCode::kUnavailable, "the audit did not come to its end"});
    setting_.journal.Note(end);
    timeline_.OnAudited(setting_.Micros(), writes_);
    workload_.ProvokeConflicts();
    done({});
  }

  const Setting& setting_;
  Workload& workload_;
  KnownItems& items_;
  LiveTimeline& timeline_;
  Waiting waiting_;
  std::vector<std::unique_ptr<RegionAudit>> regions_;
  size_t all_ = 0;
  int64_t writes_ = 0;
};

}  // namespace

std::unique_ptr<Phase> NewAudit(const Setting& setting, Workload& workload, KnownItems& items,
                                LiveTimeline& timeline) {
  return std::make_unique<Audit>(setting, workload, items, timeline);
}

}  // namespace lifeboat::drill
