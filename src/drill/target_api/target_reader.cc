#include "drill/target_api/target_reader.h"

#include "dns/name.h"

namespace lifeboat::drill {
namespace {

constexpr std::string_view kFormExample =
    "for instance `get: {method: GET, path: \"/products/{{id}}\", seq: $.drillSeq}`";

template <class T>
std::optional<T> OrComplain(Section& section, std::string_view key, Result<T> parsed) {
  if (parsed.ok()) return std::move(*parsed);
  section.Complain(key, parsed.error().message);
  return std::nullopt;
}

std::optional<AnswerPath> ReadPath(Section& section, std::string_view key) {
  const auto text = section.Text(key);
  return text ? OrComplain(section, key, AnswerPath::Parse(*text)) : std::nullopt;
}

RequestForm ReadForm(Section& section) {
  RequestForm form;
  section.Require("method", kFormExample);
  section.Require("path", kFormExample);
  form.method = section.OneOf("method", {"GET", "POST", "PUT", "PATCH", "DELETE"}).value_or("GET");
  if (const auto path = section.Text("path")) {
    if (!path->starts_with('/')) section.Complain("path", "a path begins with '/'");
    if (auto parsed = OrComplain(section, "path", TextTemplate::Parse(*path)))
      form.path = std::move(*parsed);
  }
  if (const json::Value* body = section.Raw("body")) {
    if (form.method == "GET") section.Complain("body", "a GET has no body; leave it out");
    if (auto parsed = OrComplain(section, "body", BodyTemplate::Parse(*body)))
      form.body = std::move(*parsed);
  }
  return form;
}

/// What an item must carry for the drill to find its writes again.
void CheckWrites(Section& requests, const TargetApi& api) {
  for (const auto& [name, op] : {std::pair("create", Op::kCreate), {"update", Op::kUpdate}}) {
    const auto form = api.requests.find(op);
    if (form == api.requests.end()) continue;
    if (!form->second.body || !form->second.body->Uses(Place::kSeq))
      requests.Complain(name, fmt::format("'{}' must write the number of the write; put "
                                          "{{{{seq:number}}}} into its body",
                                          name));
  }
  const auto create = api.requests.find(Op::kCreate);
  if (create != api.requests.end() && create->second.body &&
      !create->second.body->Uses(Place::kKey) && api.ids_from_answers())
    requests.Complain("create",
                      "the API makes the ids, so 'create' must write {{key}} into its "
                      "body, or its item can't be found again");
}

/// What the value of a shared key must carry for its winner to be known.
void CheckSharedWrites(Section& requests, const TargetApi& api) {
  for (const auto& [name, op] : {std::pair("put", Op::kPut), {"put_if", Op::kPutIf}}) {
    const RequestForm* form = api.Form(op);
    if (form == nullptr) continue;
    if (!form->body || !form->body->Uses(Place::kSeq) || !form->body->Uses(Place::kWriter))
      requests.Complain(name, fmt::format("'{}' must write who wrote and the number of the write; "
                                          "put {{{{writer}}}} and {{{{seq:number}}}} into its body",
                                          name));
  }
  if (api.Form(Op::kPutIf) != nullptr && !api.NeedsVersion(Op::kPutIf))
    requests.Complain("put_if",
                      "'put_if' must say what it expects; put {{version}} into it, and write "
                      "for instance `version: $.updatedAt` below 'target'");
}

void ReadRequests(Section& target, TargetApi& api) {
  target.Require("requests",
                 "what `create`, `update`, `get` and `delete` send, for instance `create: "
                 "{method: POST, path: /products, body: {id: \"{{key}}\", drillSeq: "
                 "\"{{seq:number}}\"}}`");
  Section requests = target.Sub("requests");
  for (const std::string_view name : {"create", "update", "get", "delete"}) {
    if (requests.present()) requests.Require(name, kFormExample);
    Section section = requests.Sub(name);
    if (!section.present()) continue;
    const std::optional<Op> op = ParseOp(name);
    if (op == Op::kGet) {
      section.Require("seq", "where the answer has the number of the write: `seq: $.drillSeq`");
      api.seq_in_answer = ReadPath(section, "seq");
    }
    api.requests[*op] = ReadForm(section);
    section.Close();
  }
  for (const std::string_view name : {"put", "put_if", "increment"}) {
    Section section = requests.Sub(name);
    if (!section.present()) continue;
    api.requests[*ParseOp(name)] = ReadForm(section);
    section.Close();
  }
  CheckWrites(requests, api);
  CheckSharedWrites(requests, api);
  requests.Close();
}

void ReadId(Section& target, TargetApi& api) {
  const std::string text = target.Text("id").value_or("{{key}}");
  if (text.starts_with('$')) {
    api.id_in_answer = OrComplain(target, "id", AnswerPath::Parse(text));
  } else if (auto parsed = OrComplain(target, "id", TextTemplate::Parse(text))) {
    if (!parsed->Uses(Place::kKey))
      target.Complain("id", "an id is made of {{key}}, or read from the answer to create: $.id");
    api.id = std::move(*parsed);
  }
  api.version_in_answer = ReadPath(target, "version");
  for (const auto& [op, form] : api.requests)
    if (api.NeedsVersion(op) && !api.version_in_answer)
      target.Complain("requests", fmt::format("'{}' sends {{{{version}}}}, which nothing tells; "
                                              "write for instance `version: $.version`",
                                              ToString(op)));
}

std::vector<std::string> Members(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    const size_t dot = std::min(path.find('.'), path.size());
    out.emplace_back(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return out;
}

/// `id: "{{id}}"`, or `id: {N: "{{id}}"}`.
void ReadKeyPart(Section& key, const std::string& attribute, const json::Value& value,
                 ItemPlace& place) {
  ItemPlace::KeyPart part{attribute, "S", {}};
  const json::Value* text = &value;
  if (const json::Object* typed = value.if_object(); typed != nullptr && typed->size() == 1) {
    part.type = typed->begin()->first;
    text = &typed->begin()->second;
  }
  if (!text->is_string() || (part.type != "S" && part.type != "N"))
    return key.Complain(attribute, fmt::format("'{}' is no key attribute; write a text such as "
                                               "\"{{{{id}}}}\", or {{N: \"{{{{id}}}}\"}}",
                                               json::Write(value)));
  if (auto parsed = OrComplain(key, attribute, TextTemplate::Parse(text->as_string())))
    part.value = std::move(*parsed);
  place.key.push_back(std::move(part));
}

void ReadItem(Section& target, TargetApi& api) {
  Section item = target.Sub("item");
  if (!item.present()) return;
  for (const std::string_view key : {"table", "key", "name", "seq"})
    item.Require(key, kItemExample);
  ItemPlace place;
  place.table = item.Text("table").value_or("");
  place.name = Members(item.Text("name").value_or(""));
  place.seq = Members(item.Text("seq").value_or(""));
  place.writer = Members(item.Text("writer").value_or(""));
  place.counter = Members(item.Text("counter").value_or(""));
  if (const json::Value* raw = item.Raw("key")) {
    Section key(raw, item.PointerTo("key"), target.complaints());
    if (key.present())
      for (const auto& [attribute, value] : raw->as_object()) {
        key.Raw(attribute);
        ReadKeyPart(key, attribute, value, place);
      }
    constexpr size_t kMostKeyAttributes = 2;
    if (place.key.empty() || place.key.size() > kMostKeyAttributes)
      item.Complain("key", "a table has one or two key attributes; write those of the item");
  }
  item.Close();
  api.item = std::move(place);
}

void ReadHeaders(Section& target, TargetApi& api) {
  const json::Value* headers = target.Raw("headers");
  if (headers == nullptr) return;
  if (!headers->is_object() || headers->as_object().size() > kMaxTargetHeaders)
    return target.Complain("headers",
                           fmt::format("'headers' must be a mapping of at most {} names; "
                                       "write `x-api-key: \"${{API_KEY}}\"`",
                                       kMaxTargetHeaders));
  for (const auto& [name, value] : headers->as_object()) {
    const bool token = !name.empty() && name.find_first_not_of(
                                            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                            "0123456789!#$%&'*+-.^_`|~") == std::string::npos;
    const bool line =
        value.is_string() && value.as_string().find_first_of("\r\n") == std::string::npos;
    if (!token || !line)
      target.Complain("headers", fmt::format("'{}' is no header; write `name: \"value\"`", name));
    else
      api.headers.emplace_back(name, value.as_string());
  }
}

void ReadRegional(Section& target, const std::vector<std::string>& regions, TargetApi& api) {
  const json::Value* raw = target.Raw("regional");
  if (raw == nullptr) return;
  Section regional(raw, target.PointerTo("regional"), target.complaints());
  for (const std::string& region : regions) {
    const auto text = regional.Text(region);
    if (!text) continue;
    if (const auto url = ParseTargetUrl(*text))
      api.regional[region] = *url;
    else
      regional.Complain(region, fmt::format("'{}' is no URL; write https://name", *text));
  }
  regional.Close();
}

}  // namespace

std::optional<http::Url> ParseTargetUrl(std::string_view text) {
  std::optional<http::Url> url = http::ParseUrl(text);
  if (!url || !dns::Name::Parse(url->host).ok()) return std::nullopt;
  while (url->target.ends_with('/')) url->target.pop_back();
  return url;
}

TargetApi ReadTargetApi(Section& target, const std::vector<std::string>& regions) {
  TargetApi api;
  ReadRequests(target, api);
  ReadId(target, api);
  ReadItem(target, api);
  ReadHeaders(target, api);
  ReadRegional(target, regions, api);
  return api;
}

}  // namespace lifeboat::drill
