#include "drill/target_api/target_api.h"

#include <set>

#include "base/bytes.h"
#include "base/digest.h"

namespace lifeboat::drill {
namespace {

constexpr size_t kDigestBytes = 12;

/// JSON with the members of every object sorted, so that equal items have equal text.
json::Value Sorted(const json::Value& value) {
  if (const json::Array* array = value.if_array()) {
    json::Array out;
    for (const json::Value& element : *array) out.push_back(Sorted(element));
    return out;
  }
  const json::Object* object = value.if_object();
  if (object == nullptr) return value;
  std::map<std::string, const json::Value*> members;
  for (const auto& [key, member] : *object) members[key] = &member;
  json::Object out;
  for (const auto& [key, member] : members) out.Append(key, Sorted(*member));
  return out;
}

/// Calls `literal` and `variable` for the parts of a header's value.
void SplitSecrets(std::string_view text, const auto& literal, const auto& variable) {
  while (true) {
    const size_t open = text.find("${");
    const size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) return literal(text);
    literal(text.substr(0, open));
    variable(std::string(text.substr(open + 2, close - open - 2)));
    text.remove_prefix(close + 1);
  }
}

/// Follows the members of an item's maps down to an attribute value such as {"S": "x"}.
const json::Value* FindAttribute(const json::Value& item, const std::vector<std::string>& path) {
  const json::Value* at = &item;
  for (size_t i = 0; at != nullptr && i < path.size(); ++i) {
    if (i > 0) at = at->Find("M");
    if (at != nullptr) at = at->Find(path[i]);
  }
  return at;
}

/// The text of an attribute value of type S or N.
const std::string* ScalarText(const json::Value* attribute) {
  if (attribute == nullptr) return nullptr;
  for (const std::string_view type : {"S", "N"})
    if (const json::Value* value = attribute->Find(type)) return value->if_string();
  return nullptr;
}

bool SameValue(const json::Value& sent, const json::Value& found) {
  if (sent.is_number() && found.is_number()) return sent.as_double() == found.as_double();
  if (const json::Object* object = sent.if_object()) {
    for (const auto& [name, member] : *object) {
      const json::Value* other = found.Find(name);
      if (other != nullptr && !SameValue(member, *other)) return false;
    }
    return found.is_object();
  }
  return sent == found;
}

/// Optimistic locks count on with each write, so what was sent is not what is stored.
json::Value WithoutVersion(const BodyTemplate& body, ItemValues values) {
  values.version.reset();
  json::Value plain = body.Render(values);
  if (!body.Uses(Place::kVersion) || !plain.is_object()) return plain;
  ItemValues marked = values;
  marked.version = json::Value("1");
  const json::Value other = body.Render(marked);
  json::Object out;
  for (const auto& [name, member] : plain.as_object())
    if (const json::Value* same = other.Find(name); same != nullptr && *same == member)
      out.Append(name, member);
  return out;
}

/// Whether the item's key is what it is for these values; what the id is part of can't be told
/// without one.
bool HasKeyOf(const ItemPlace& place, const json::Value& item, const ItemValues& values) {
  for (const ItemPlace::KeyPart& part : place.key) {
    if (part.value.Uses(Place::kId) && values.id.empty()) continue;
    const std::string* value = ScalarText(item.Find(part.attribute));
    if (value == nullptr || *value != part.value.Render(values)) return false;
  }
  return true;
}

}  // namespace

const RequestForm* TargetApi::Form(Op op) const {
  const auto form = requests.find(op);
  return form == requests.end() ? nullptr : &form->second;
}

bool TargetApi::NeedsVersion(Op op) const {
  const RequestForm* form = Form(op);
  if (form == nullptr) return false;
  return form->path.Uses(Place::kVersion) || (form->body && form->body->Uses(Place::kVersion));
}

std::vector<std::string> SecretNames(const TargetApi& api) {
  std::set<std::string> names;
  for (const auto& [name, value] : api.headers)
    SplitSecrets(
        value, [](std::string_view) {}, [&](std::string v) { names.insert(std::move(v)); });
  return {names.begin(), names.end()};
}

http::Headers FilledHeaders(const TargetApi& api,
                            const std::map<std::string, std::string>& values) {
  http::Headers out;
  for (const auto& [name, value] : api.headers) {
    std::string filled;
    SplitSecrets(
        value, [&](std::string_view text) { filled += text; },
        [&](const std::string& variable) {
          const auto it = values.find(variable);
          if (it != values.end()) filled += it->second;
        });
    out.Add(name, std::move(filled));
  }
  return out;
}

http::Request MakeRequest(const TargetApi& api, const http::Url& base, Op op,
                          const ItemValues& values, const http::Headers& headers) {
  const RequestForm& form = api.requests.at(op);
  http::Request out;
  out.method = form.method;
  out.target = base.target + form.path.RenderEncoded(values);
  for (const auto& [name, value] : headers) out.headers.Add(name, value);
  if (!form.body) return out;
  if (out.headers.Find("Content-Type") == nullptr)
    out.headers.Set("Content-Type", "application/json");
  out.body = json::Write(form.body->Render(values));
  return out;
}

AnswerFacts ReadAnswer(const TargetApi& api, std::string_view body) {
  AnswerFacts out;
  const Result<json::Value> answer = json::Parse(body);
  if (!answer.ok()) return out;
  const auto find = [&](const std::optional<AnswerPath>& path) {
    return path ? path->Find(*answer) : nullptr;
  };
  if (const json::Value* id = find(api.id_in_answer); id != nullptr && !id->is_null())
    out.id = id->is_string() ? id->as_string() : json::Write(*id);
  if (const json::Value* seq = find(api.seq_in_answer)) out.seq = WholeNumber(*seq);
  if (const json::Value* version = find(api.version_in_answer)) out.version = *version;
  return out;
}

bool ContentMatches(const TargetApi& api, const ItemValues& values, std::string_view body) {
  const RequestForm* form = api.Form(values.seq <= 1 ? Op::kCreate : Op::kUpdate);
  if (form == nullptr || !form->body) return true;
  const Result<json::Value> answer = json::Parse(body);
  if (!answer.ok()) return false;
  const json::Value* item = api.seq_in_answer ? api.seq_in_answer->Parent().Find(*answer) : nullptr;
  return SameValue(WithoutVersion(*form->body, values), item == nullptr ? *answer : *item);
}

json::Object ItemKey(const ItemPlace& place, const ItemValues& values) {
  json::Object out;
  for (const ItemPlace::KeyPart& part : place.key)
    out.Append(part.attribute, json::Object{{part.type, part.value.Render(values)}});
  return out;
}

std::optional<FoundItem> ReadFoundItem(const ItemPlace& place, const json::Value& item) {
  FoundItem out;
  for (const ItemPlace::KeyPart& part : place.key) {
    const std::string* value = ScalarText(item.Find(part.attribute));
    if (value == nullptr) return std::nullopt;
    out.item += (out.item.empty() ? "" : "|") + *value;
    if (out.id.empty() && part.value.Uses(Place::kId))
      out.id = part.value.Match(*value).value_or("");
  }
  const std::string* name = ScalarText(FindAttribute(item, place.name));
  const std::string* seq = ScalarText(FindAttribute(item, place.seq));
  if (name == nullptr || seq == nullptr) return std::nullopt;
  const std::optional<int64_t> number = ParseInt(*seq);
  if (!number) return std::nullopt;
  if (!place.writer.empty())
    if (const std::string* writer = ScalarText(FindAttribute(item, place.writer)))
      out.writer = *writer;
  if (!place.counter.empty())
    if (const std::string* counter = ScalarText(FindAttribute(item, place.counter)))
      out.counter = ParseInt(*counter);
  out.key = *name;
  out.seq = *number;
  if (!HasKeyOf(place, item, {out.key, out.id, out.seq, std::nullopt})) return std::nullopt;
  out.digest = HexEncode(Sha256(json::Write(Sorted(item))).substr(0, kDigestBytes));
  return out;
}

}  // namespace lifeboat::drill
