#include "base/bytes.h"
#include "dynamodb/wire.h"

namespace lifeboat::dynamodb {
namespace {

void AppendMembers(std::string& out, const AttributeMap& map) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : map) {
    if (!std::exchange(first, false)) out += ',';
    json::AppendQuoted(out, name);
    out += ':';
    AppendJson(out, value);
  }
  out += '}';
}

// Appends the payload: what stands behind `{"S":`.
struct Writer {
  std::string& out;

  void operator()(const std::string& s) const { json::AppendQuoted(out, s); }
  void operator()(const Number& n) const {
    out += '"';
    out += n.ToString();
    out += '"';
  }
  void operator()(const Binary& b) const { Base64(b.bytes); }
  void operator()(bool b) const { out += b ? "true" : "false"; }
  void operator()(const Null&) const { out += "true"; }
  void operator()(const AttributeMap& map) const { AppendMembers(out, map); }
  void operator()(const List& list) const {
    Each(list, [this](const AttributeValue& element) { AppendJson(out, element); });
  }
  void operator()(const StringSet& set) const { Each(set.members, *this); }
  void operator()(const NumberSet& set) const { Each(set.members, *this); }
  void operator()(const BinarySet& set) const {
    Each(set.members, [this](const std::string& bytes) { Base64(bytes); });
  }

  void Base64(const std::string& bytes) const {
    out += '"';
    out += Base64Encode(bytes);
    out += '"';
  }
  template <class T, class Write>
  void Each(const std::vector<T>& elements, const Write& write) const {
    out += '[';
    for (size_t i = 0; i < elements.size(); ++i) {
      if (i > 0) out += ',';
      write(elements[i]);
    }
    out += ']';
  }
};

struct ToJsonVisitor {
  json::Value operator()(const std::string& s) const { return s; }
  json::Value operator()(const Number& n) const { return n.ToString(); }
  json::Value operator()(const Binary& b) const { return Base64Encode(b.bytes); }
  json::Value operator()(bool b) const { return b; }
  json::Value operator()(const Null&) const { return true; }
  json::Value operator()(const AttributeMap& map) const { return ToJson(map); }
  json::Value operator()(const List& list) const {
    json::Array array;
    for (const AttributeValue& element : list) array.push_back(ToJson(element));
    return array;
  }
  json::Value operator()(const StringSet& set) const {
    return json::Array(set.members.begin(), set.members.end());
  }
  json::Value operator()(const NumberSet& set) const {
    json::Array array;
    for (const Number& n : set.members) array.emplace_back(n.ToString());
    return array;
  }
  json::Value operator()(const BinarySet& set) const {
    json::Array array;
    for (const std::string& bytes : set.members) array.emplace_back(Base64Encode(bytes));
    return array;
  }
};

}  // namespace

void AppendJson(std::string& out, const AttributeValue& value) {
  out += "{\"";
  out += TypeName(value.type());
  out += "\":";
  std::visit(Writer{out}, value.variant());
  out += '}';
}

void AppendJson(std::string& out, const Item& item) { AppendMembers(out, item); }

json::Value ToJson(const AttributeValue& value) {
  json::Object object;
  object.Append(std::string(TypeName(value.type())), std::visit(ToJsonVisitor(), value.variant()));
  return object;
}

json::Value ToJson(const Item& item) {
  json::Object object;
  for (const auto& [name, value] : item) object.Append(name, ToJson(value));
  return object;
}

}  // namespace lifeboat::dynamodb
