#include "drill/target_api/placeholders.h"

#include <cmath>

#include "base/bytes.h"

namespace lifeboat::drill {
namespace {

constexpr std::string_view kNumber = ":number";

std::optional<Place> FindPlace(std::string_view name) {
  if (name == "key") return Place::kKey;
  if (name == "id") return Place::kId;
  if (name == "seq") return Place::kSeq;
  if (name == "version") return Place::kVersion;
  if (name == "writer") return Place::kWriter;
  return std::nullopt;
}

std::string TextOf(const json::Value& value) {
  return value.is_string() ? value.as_string() : json::Write(value);
}

std::string Filled(Place place, const ItemValues& values) {
  switch (place) {
    case Place::kKey:
      return values.key;
    case Place::kId:
      return values.id;
    case Place::kSeq:
      return std::to_string(values.seq);
    case Place::kVersion:
      return values.version ? TextOf(*values.version) : "";
    case Place::kWriter:
      return values.writer;
  }
  return "";
}

json::Value FilledNumber(const TextTemplate& text, const ItemValues& values) {
  if (text.Uses(Place::kSeq)) return values.seq;
  if (!values.version) return nullptr;
  if (const auto number = WholeNumber(*values.version)) return *number;
  return *values.version;
}

/// Calls `visit` with every text in `value`; stops at the first that gives an error.
Status ForEachText(const json::Value& value, const auto& visit) {
  if (const std::string* text = value.if_string()) return visit(*text);
  if (const json::Array* array = value.if_array())
    for (const json::Value& element : *array)
      if (Status status = ForEachText(element, visit); !status.ok()) return status;
  if (const json::Object* object = value.if_object())
    for (const auto& [name, member] : *object)
      if (Status status = ForEachText(member, visit); !status.ok()) return status;
  return {};
}

json::Value RenderValue(const json::Value& value, const ItemValues& values) {
  if (const std::string* raw = value.if_string()) {
    const Result<TextTemplate> text = TextTemplate::Parse(*raw);
    if (!text.ok()) return value;
    return text->is_number() ? FilledNumber(*text, values) : json::Value(text->Render(values));
  }
  if (const json::Array* array = value.if_array()) {
    json::Array out;
    for (const json::Value& element : *array) out.push_back(RenderValue(element, values));
    return out;
  }
  if (const json::Object* object = value.if_object()) {
    json::Object out;
    for (const auto& [name, member] : *object) out.Append(name, RenderValue(member, values));
    return out;
  }
  return value;
}

}  // namespace

Result<TextTemplate> TextTemplate::Parse(std::string_view text) {
  TextTemplate out;
  std::string_view rest = text;
  while (true) {
    const size_t open = rest.find("{{");
    if (open == std::string_view::npos) break;
    const size_t close = rest.find("}}", open);
    if (close == std::string_view::npos)
      return InvalidError(fmt::format("'{}' has '{{{{' without '}}}}'", text));
    std::string_view name = rest.substr(open + 2, close - open - 2);
    const bool number = name.ends_with(kNumber);
    if (number) name.remove_suffix(kNumber.size());
    const std::optional<Place> place = FindPlace(name);
    if (!place || (number && *place != Place::kSeq && *place != Place::kVersion))
      return InvalidError(fmt::format(
          "'{{{{{}}}}}' is no place; write {{{{key}}}}, {{{{id}}}}, {{{{seq}}}}, "
          "{{{{seq:number}}}}, {{{{version}}}}, {{{{version:number}}}} or {{{{writer}}}}",
          rest.substr(open + 2, close - open - 2)));
    const bool whole = open == 0 && out.pieces_.empty() && close + 2 == rest.size();
    if (number && !whole)
      return InvalidError(
          fmt::format("'{}' has a number inside a text; write {{{{{}}}}}", text, name));
    out.number_ = number;
    out.pieces_.push_back({std::string(rest.substr(0, open)), place});
    rest.remove_prefix(close + 2);
  }
  if (!rest.empty()) out.pieces_.push_back({std::string(rest), std::nullopt});
  return out;
}

std::string TextTemplate::RenderWith(const ItemValues& values, bool encoded) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    out += piece.literal;
    if (!piece.place) continue;
    const std::string value = Filled(*piece.place, values);
    out += encoded ? PercentEncode(value) : value;
  }
  return out;
}

std::string TextTemplate::Render(const ItemValues& values) const {
  return RenderWith(values, false);
}

std::string TextTemplate::RenderEncoded(const ItemValues& values) const {
  return RenderWith(values, true);
}

bool TextTemplate::Uses(Place place) const {
  return std::any_of(pieces_.begin(), pieces_.end(),
                     [&](const Piece& piece) { return piece.place == place; });
}

std::optional<std::string> TextTemplate::Match(std::string_view text) const {
  const std::string before = pieces_.empty() ? "" : pieces_.front().literal;
  if (pieces_.empty() || pieces_.size() > 2 || !pieces_.front().place) return std::nullopt;
  if (pieces_.size() == 2 && pieces_[1].place) return std::nullopt;
  const std::string after = pieces_.size() == 2 ? pieces_[1].literal : "";
  if (text.size() < before.size() + after.size() || !text.starts_with(before) ||
      !text.ends_with(after))
    return std::nullopt;
  return std::string(text.substr(before.size(), text.size() - before.size() - after.size()));
}

Result<BodyTemplate> BodyTemplate::Parse(const json::Value& value) {
  const Status sound = ForEachText(value, [](const std::string& text) -> Status {
    const Result<TextTemplate> parsed = TextTemplate::Parse(text);
    return parsed.ok() ? Status() : Status(parsed.error());
  });
  if (!sound.ok()) return sound.error();
  BodyTemplate out;
  out.value_ = value;
  return out;
}

json::Value BodyTemplate::Render(const ItemValues& values) const {
  return RenderValue(value_, values);
}

bool BodyTemplate::Uses(Place place) const {
  bool uses = false;
  (void)ForEachText(value_, [&](const std::string& text) -> Status {
    const Result<TextTemplate> parsed = TextTemplate::Parse(text);
    uses = uses || (parsed.ok() && parsed->Uses(place));
    return {};
  });
  return uses;
}

Result<AnswerPath> AnswerPath::Parse(std::string_view text) {
  const auto wrong = [&] {
    return InvalidError(fmt::format(
        "'{}' is no place in an answer; write for instance $.id or $.items[0].id", text));
  };
  AnswerPath out;
  if (!text.starts_with('$')) return wrong();
  std::string_view rest = text.substr(1);
  while (!rest.empty()) {
    const bool member = rest.front() == '.';
    if (!member && rest.front() != '[') return wrong();
    rest.remove_prefix(1);
    const size_t end = member ? std::min(rest.find_first_of(".["), rest.size()) : rest.find(']');
    if (end == std::string_view::npos || end == 0) return wrong();
    if (member) {
      out.steps_.push_back({std::string(rest.substr(0, end)), 0});
      rest.remove_prefix(end);
      continue;
    }
    const std::optional<int64_t> index = ParseInt(rest.substr(0, end));
    if (!index || *index < 0) return wrong();
    out.steps_.push_back({"", static_cast<size_t>(*index)});
    rest.remove_prefix(end + 1);
  }
  return out;
}

const json::Value* AnswerPath::Find(const json::Value& answer) const {
  const json::Value* at = &answer;
  for (const Step& step : steps_) {
    if (step.member.empty()) {
      const json::Array* array = at->if_array();
      at = array != nullptr && step.index < array->size() ? &(*array)[step.index] : nullptr;
    } else {
      at = at->Find(step.member);
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

AnswerPath AnswerPath::Parent() const {
  AnswerPath parent = *this;
  if (!parent.steps_.empty()) parent.steps_.pop_back();
  return parent;
}

std::optional<int64_t> WholeNumber(const json::Value& value) {
  if (value.is_int()) return value.as_int();
  if (value.is_string()) return ParseInt(value.as_string());
  if (!value.is_number()) return std::nullopt;
  const double number = value.as_double();
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (std::abs(number) > kExact || number != std::floor(number)) return std::nullopt;
  return static_cast<int64_t>(number);
}

}  // namespace lifeboat::drill
