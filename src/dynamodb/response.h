// Writing answers: JSON text, member by member, without a tree in between.
#pragma once

#include <string>
#include <string_view>

#include "dynamodb/wire.h"
#include "json/value.h"

namespace lifeboat::dynamodb {

/// Builds one JSON object.
class ResponseWriter {
 public:
  ResponseWriter() = default;
  explicit ResponseWriter(size_t expected_bytes) { out_.reserve(expected_bytes); }
  /// Starts a member; its value is appended to what is returned.
  std::string& Member(std::string_view name) {
    out_ += out_.size() > 1 ? ",\"" : "\"";
    out_ += name;
    out_ += "\":";
    return out_;
  }
  void Add(std::string_view name, const Item& item) { AppendJson(Member(name), item); }
  void Add(std::string_view name, int64_t number) { Member(name) += std::to_string(number); }
  void AddText(std::string_view name, std::string_view text) {
    json::AppendQuoted(Member(name), text);
  }
  /// `raw` is JSON.
  void AddRaw(std::string_view name, std::string_view raw) { Member(name) += raw; }
  std::string Take() {
    out_ += '}';
    return std::move(out_);
  }

 private:
  std::string out_ = "{";
};

/// 1.5 as `1.5`, 1 as `1.0`: how AWS writes capacity units and times.
std::string DoubleText(double value);

}  // namespace lifeboat::dynamodb
