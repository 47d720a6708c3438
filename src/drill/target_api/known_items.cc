#include "drill/target_api/known_items.h"

namespace lifeboat::drill {

ItemValues KnownItems::Values(const std::string& key, int64_t seq) const {
  ItemValues values{key, "", seq, std::nullopt};
  const auto known = items_.find(key);
  if (known != items_.end()) {
    values.id = known->second.id;
    values.version = known->second.version;
  }
  if (!api_.ids_from_answers()) values.id = api_.id.Render(values);
  return values;
}

bool KnownItems::HasId(const std::string& key) const {
  if (!api_.ids_from_answers()) return true;
  const auto known = items_.find(key);
  return known != items_.end() && !known->second.id.empty();
}

bool KnownItems::CanBeWritten(const std::string& key) const {
  if (!api_.NeedsVersion(Op::kUpdate) && !api_.NeedsVersion(Op::kDelete)) return true;
  const auto known = items_.find(key);
  return known != items_.end() && known->second.version.has_value();
}

void KnownItems::OnWrite(const std::string& key, bool acknowledged, const AnswerFacts& facts,
                         Instant now) {
  if (!api_.ids_from_answers() && !api_.version_in_answer) return;
  Known& known = items_[key];
  known.written = now;
  known.version.reset();
  if (!acknowledged) return;
  if (facts.id) known.id = *facts.id;
  known.version = facts.version;
}

void KnownItems::OnRead(const std::string& key, const AnswerFacts& facts, Instant sent) {
  const auto known = items_.find(key);
  if (known == items_.end() || known->second.version || sent < known->second.written) return;
  known->second.version = facts.version;
}

void KnownItems::OnFound(const std::string& key, const std::string& id) {
  if (!api_.ids_from_answers() || id.empty()) return;
  Known& known = items_[key];
  if (known.id.empty()) known.id = id;
}

}  // namespace lifeboat::drill
