#include "drill/journal_lines.h"

namespace lifeboat::drill {
namespace {

class Writer {
 public:
  explicit Writer(json::Object& out) : out_(out) {}

  template <class T>
  void Must(const char* name, const T& value) {
    out_.Append(name, Encode(value));
  }
  template <class T>
  void Has(const char* name, const T& value) {
    out_.Append(name, Encode(value));
  }
  template <class T>
  void May(const char* name, const T& value) {
    if (!(value == T{})) out_.Append(name, Encode(value));
  }
  template <class T>
  void Null(const char* name, const T& value) {
    out_.Append(name, value == T{} ? json::Value() : Encode(value));
  }

 private:
  template <class T>
  static json::Value Encode(const T& value) {
    return value;
  }
  template <class T>
  static json::Value Encode(const std::optional<T>& value) {
    return value ? Encode(*value) : json::Value();
  }
  static json::Value Encode(Op op) { return ToString(op); }
  static json::Value Encode(Outcome outcome) { return ToString(outcome); }
  static json::Value Encode(const std::vector<std::string>& texts) {
    json::Array out;
    for (const std::string& text : texts) out.push_back(text);
    return out;
  }
  template <class T>
  static json::Value Encode(const std::map<std::string, T>& members) {
    json::Object out;
    for (const auto& [name, value] : members) out.Append(name, Encode(value));
    return out;
  }

  json::Object& out_;
};

class Reader {
 public:
  Reader(const json::Value& line, std::string_view type) : line_(line), type_(type) {}
  const Status& status() const { return status_; }

  template <class T>
  void Must(const char* name, T& value) {
    const json::Value* found = line_.Find(name);
    if (found == nullptr || found->is_null()) return Complain(fmt::format("no '{}'", name));
    Has(name, value);
  }
  template <class T>
  void Has(const char* name, T& value) {
    const json::Value* found = line_.Find(name);
    if (found == nullptr || found->is_null()) return;
    if (!Decode(*found, value))
      Complain(fmt::format("its '{}' is of another kind than it must be", name));
  }
  template <class T>
  void May(const char* name, T& value) {
    Has(name, value);
  }
  template <class T>
  void Null(const char* name, T& value) {
    Has(name, value);
  }

 private:
  void Complain(std::string_view what) {
    if (status_.ok()) status_ = InvalidError(fmt::format("the line of type {}: {}", type_, what));
  }

  static bool Decode(const json::Value& in, json::Value& out) {
    out = in;
    return true;
  }
  static bool Decode(const json::Value& in, bool& out) {
    out = in.as_bool();
    return in.is_bool();
  }
  static bool Decode(const json::Value& in, int64_t& out) {
    out = in.as_int();
    return in.is_int();
  }
  static bool Decode(const json::Value& in, double& out) {
    out = in.as_double(static_cast<double>(in.as_int()));
    return in.is_number();
  }
  static bool Decode(const json::Value& in, std::string& out) {
    out = in.as_string();
    return in.is_string();
  }
  static bool Decode(const json::Value& in, Op& out) {
    const std::optional<Op> op = ParseOp(in.as_string());
    out = op.value_or(out);
    return op.has_value();
  }
  static bool Decode(const json::Value& in, Outcome& out) {
    const std::optional<Outcome> outcome = ParseOutcome(in.as_string());
    out = outcome.value_or(out);
    return outcome.has_value();
  }
  template <class T>
  static bool Decode(const json::Value& in, std::optional<T>& out) {
    return Decode(in, out.emplace());
  }
  static bool Decode(const json::Value& in, std::vector<std::string>& out) {
    bool all = in.is_array();
    for (const json::Value& text : in.as_array()) all = Decode(text, out.emplace_back()) && all;
    return all;
  }
  template <class T>
  static bool Decode(const json::Value& in, std::map<std::string, T>& out) {
    bool all = in.is_object();
    for (const auto& [name, value] : in.as_object()) all = Decode(value, out[name]) && all;
    return all;
  }

  const json::Value& line_;
  std::string_view type_;
  Status status_;
};

}  // namespace

template <JournalLine L>
json::Object ToJson(const L& line) {
  json::Object out;
  Writer writer(out);
  L::Members(writer, line);
  return out;
}

template <JournalLine L>
Result<L> FromJson(const json::Value& value) {
  L line;
  Reader reader(value, L::kType);
  reader.Must("t", line.t);
  L::Members(reader, line);
  if (!reader.status().ok()) return reader.status().error();
  return line;
}

#define LIFEBOAT_JOURNAL_LINE(L)             \
  template json::Object ToJson<L>(const L&); \
  template Result<L> FromJson<L>(const json::Value&);
LIFEBOAT_JOURNAL_LINE(RunLine)
LIFEBOAT_JOURNAL_LINE(PhaseLine)
LIFEBOAT_JOURNAL_LINE(PreflightLine)
LIFEBOAT_JOURNAL_LINE(SeedLine)
LIFEBOAT_JOURNAL_LINE(Attempt)
LIFEBOAT_JOURNAL_LINE(FaultLine)
LIFEBOAT_JOURNAL_LINE(DnsLine)
LIFEBOAT_JOURNAL_LINE(HealthLine)
LIFEBOAT_JOURNAL_LINE(DecisionLine)
LIFEBOAT_JOURNAL_LINE(CommandLine)
LIFEBOAT_JOURNAL_LINE(PlaceLine)
LIFEBOAT_JOURNAL_LINE(AuditBeginLine)
LIFEBOAT_JOURNAL_LINE(AuditEndLine)
LIFEBOAT_JOURNAL_LINE(AuditLine)
LIFEBOAT_JOURNAL_LINE(ConvergenceLine)
LIFEBOAT_JOURNAL_LINE(FinalLine)
LIFEBOAT_JOURNAL_LINE(HostLine)
LIFEBOAT_JOURNAL_LINE(EndLine)
#undef LIFEBOAT_JOURNAL_LINE

}  // namespace lifeboat::drill
