#include "drill/journal.h"

#include "base/bytes.h"
#include "base/digest.h"

namespace lifeboat::drill {

JournalChain::JournalChain() : hash_(Sha256("")) {}

void JournalChain::Add(std::string_view line) { hash_ = Sha256(hash_ + std::string(line)); }

std::string JournalChain::hex() const { return HexEncode(hash_); }

void Journal::BeginRun(int number) {
  run_ = number;
  start_ = clock_.Now();
  counts_.clear();
}

void Journal::Append(Instant at, std::string_view type, json::Object fields) {
  json::Object line;
  line.Reserve(fields.size() + 3);
  line.Append("type", type);
  line.Append("run", run_);
  line.Append("t", Micros(at));
  for (auto& [key, value] : fields) line.Append(key, std::move(value));
  const std::string text = json::Write(std::move(line));
  chain_.Add(text);
  ++counts_[std::string(type)];
  sink_.Append(text);
}

void Journal::End(std::string_view reason, const std::string& error) {
  EndLine line;
  line.reason = reason;
  line.error = error;
  line.counts = counts_;
  line.chain = chain_.hex();
  Note(line);
}

}  // namespace lifeboat::drill
