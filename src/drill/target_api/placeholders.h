// Placeholders: texts and JSON bodies with places such as `{{key}}` that a scenario's requests are
// made of. They are read once, with the scenario, so that nothing can go wrong while a drill runs.
//
// A place stands for one value of the item that a request is about:
//   {{key}}             the drill's own name of the item, unique in the run
//   {{id}}              what the API calls it: the key, or what the answer to its create said
//   {{seq}}             the number of this logical write, from 1
//   {{version}}         what the last answer about the item gave as its version
//   {{writer}}          who writes a shared key; empty for a key that has one writer
// As the whole of a JSON text, `{{seq:number}}` and `{{version:number}}` are numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace lifeboat::drill {

/// What the places are filled with.
struct ItemValues {
  std::string key;
  std::string id;
  int64_t seq = 0;
  std::optional<json::Value> version;  ///< Unknown before an answer has told it.
  std::string writer;
};

enum class Place { kKey, kId, kSeq, kVersion, kWriter };

class TextTemplate {
 public:
  TextTemplate() = default;
  /// The error says what is wrong with the text and which places there are.
  static Result<TextTemplate> Parse(std::string_view text);

  /// A version that isn't known is an empty text; whoever needs one asks Uses() first.
  std::string Render(const ItemValues& values) const;
  /// The values percent-encoded, for paths; the text between them is left alone.
  std::string RenderEncoded(const ItemValues& values) const;
  bool Uses(Place place) const;
  /// What stood at the only place when `text` was rendered; nullopt when the text can't have been,
  /// or the template has not exactly one place.
  std::optional<std::string> Match(std::string_view text) const;
  /// The whole text is one place marked as a number.
  bool is_number() const { return number_; }

 private:
  struct Piece {
    std::string literal;         ///< Stands before the place.
    std::optional<Place> place;  ///< None after the last literal.
  };
  std::string RenderWith(const ItemValues& values, bool encoded) const;

  std::vector<Piece> pieces_;
  bool number_ = false;
};

/// A JSON value whose texts may have places.
class BodyTemplate {
 public:
  BodyTemplate() = default;
  static Result<BodyTemplate> Parse(const json::Value& value);
  json::Value Render(const ItemValues& values) const;
  bool Uses(Place place) const;

 private:
  json::Value value_;  ///< Known to be sound.
};

/// A place in a JSON answer: `$.a.b`, `$.items[0].id`.
class AnswerPath {
 public:
  static Result<AnswerPath> Parse(std::string_view text);
  /// nullptr when the answer has nothing there.
  const json::Value* Find(const json::Value& answer) const;
  /// The path to what this one's last step is of; of `$` itself.
  AnswerPath Parent() const;

 private:
  struct Step {
    std::string member;  ///< Or, when empty, an element.
    size_t index = 0;
  };
  std::vector<Step> steps_;
};

/// A whole number, also when it is written as a text or as 5.0.
std::optional<int64_t> WholeNumber(const json::Value& value);

}  // namespace lifeboat::drill
