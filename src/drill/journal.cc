#include "drill/journal.h"

namespace lifeboat::drill {

void Journal::BeginRun(int number) {
  run_ = number;
  start_ = clock_.Now();
}

void Journal::Note(std::string_view type, const json::Object& fields) {
  NoteAt(clock_.Now(), type, fields);
}

void Journal::NoteAt(Instant at, std::string_view type, const json::Object& fields) {
  json::Object line;
  line.Append("type", type);
  line.Append("run", run_);
  line.Append("t", Micros(at));
  for (const auto& [key, value] : fields) line.Append(key, value);
  sink_.Append(json::Write(std::move(line)));
}

}  // namespace lifeboat::drill
