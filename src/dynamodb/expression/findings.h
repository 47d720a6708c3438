// What is wrong with an expression. AWS checks a parsed expression in several passes and tells only
// the first problem of the first pass that finds one. We parse in one pass, note every problem with
// the rank of AWS's pass, and then tell the same one.
#pragma once

#include <optional>
#include <string>

namespace lifeboat::dynamodb::expression {

template <class Rank>
class Findings {
 public:
  /// Keeps `text` if no problem of this rank or an earlier one is known.
  void Note(Rank rank, std::string text) {
    if (best_ && best_->rank <= rank) return;
    best_ = Finding{rank, std::move(text)};
  }
  bool any() const { return best_.has_value(); }
  const std::string& text() const { return best_->text; }
  void Clear() { best_.reset(); }

 private:
  struct Finding {
    Rank rank;
    std::string text;
  };
  std::optional<Finding> best_;
};

}  // namespace lifeboat::dynamodb::expression
