// YAML through yaml-cpp's events rather than its node tree: the tree would hide duplicate keys,
// share the nodes of aliases without counting them, and grow before a limit could stop it.
//
// Events arrive in document order. Open collections stand on a stack of frames; a finished value
// is handed to the frame below it. A fault is thrown as the library's own ParserException, which is
// the only way to stop its parser, and is caught in ParseYaml.
#include "json/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_set>

#include "base/bytes.h"
#include "json/yaml_scalar.h"

namespace lifeboat::json {
namespace {

constexpr size_t kMaxKeyBytes = 1024;
// Long keys above many nodes would make the table of places grow with their product.
constexpr size_t kMaxLocationBytes = 64 * 1024 * 1024;
// Anchors and aliases copy values; a long text costs nothing in nodes.
constexpr size_t kMaxCopiedBytes = 16 * 1024 * 1024;

[[noreturn]] void Fail(const YAML::Mark& mark, const std::string& what) {
  throw YAML::ParserException(mark, what);
}

std::string PointerToken(std::string_view key) {
  std::string out = "/";
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

// `!Sub` becomes the member name `Fn::Sub`; empty when CloudFormation has no such short form.
std::string IntrinsicOfTag(std::string_view tag) {
  static const std::unordered_set<std::string_view> kFunctions = {
      "And",    "Base64", "Cidr",  "Equals",      "FindInMap",    "GetAtt",
      "GetAZs", "If",     "Join",  "ImportValue", "Length",       "Not",
      "Or",     "Select", "Split", "Sub",         "ToJsonString", "Transform"};
  tag.remove_prefix(1);
  if (tag == "Ref" || tag == "Condition") return std::string(tag);
  return kFunctions.contains(tag) ? "Fn::" + std::string(tag) : std::string();
}

class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(YamlOptions options) : options_(options) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { CloseFrame(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { CloseFrame(); }

  YamlDocument Take() && { return std::move(document_); }

 private:
  struct Frame {
    Value collection;  // An Object or an Array.
    std::string pointer;
    std::string intrinsic;  // Wraps the finished value when not empty.
    YAML::anchor_t anchor = 0;
    size_t nodes_before = 0;
    size_t text_bytes_before = 0;
    bool has_key = false;  // A mapping whose next event is the value of `key`.
    std::string key;
    std::unordered_set<std::string> keys;
  };
  struct Anchored {
    Value value;
    size_t nodes = 0;
    size_t text_bytes = 0;
  };

  bool WantsKey() const;
  void CountNodes(const YAML::Mark& mark, size_t nodes);
  std::string NextPointer() const;
  void Locate(const YAML::Mark& mark, const std::string& pointer);
  std::string KeyText(const std::string& tag, const std::string& text) const;
  void SetKey(const YAML::Mark& mark, const std::string& tag, const std::string& text);
  void OpenFrame(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                 Value collection);
  void CloseFrame();
  void Keep(YAML::anchor_t anchor, const Value& value, size_t nodes, size_t text_bytes);
  void CountCopy(const YAML::Mark& mark, size_t bytes);
  void Finish(Value value);
  std::string IntrinsicFor(const YAML::Mark& mark, const std::string& tag) const;

  YamlOptions options_;
  YamlDocument document_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  size_t nodes_ = 0;
  size_t text_bytes_ = 0;
  size_t copied_bytes_ = 0;
  size_t location_bytes_ = 0;
};

bool Builder::WantsKey() const {
  return !frames_.empty() && frames_.back().collection.is_object() && !frames_.back().has_key;
}

void Builder::CountNodes(const YAML::Mark& mark, size_t nodes) {
  nodes_ += nodes;
  if (nodes_ > kMaxYamlNodes) Fail(mark, fmt::format("more than {} nodes", kMaxYamlNodes));
}

std::string Builder::NextPointer() const {
  if (frames_.empty()) return "";
  const Frame& frame = frames_.back();
  if (frame.has_key) return frame.pointer + PointerToken(frame.key);
  return frame.pointer + "/" + std::to_string(frame.collection.as_array().size());
}

void Builder::Locate(const YAML::Mark& mark, const std::string& pointer) {
  location_bytes_ += pointer.size();
  if (location_bytes_ > kMaxLocationBytes) Fail(mark, "keys too long for so many nodes");
  document_.locations.try_emplace(pointer, Location{mark.line + 1, mark.column + 1});
}

// A plain key is typed like a value and then text again: `on` is the key "true" to CloudFormation.
std::string Builder::KeyText(const std::string& tag, const std::string& text) const {
  const auto value = options_.cloudformation ? ReadScalar11(tag, text) : std::nullopt;
  if (!value || value->is_string() || value->is_null()) return text;
  return Write(*value);
}

void Builder::SetKey(const YAML::Mark& mark, const std::string& tag, const std::string& spelled) {
  Frame& frame = frames_.back();
  if (tag != "?" && tag != "!") Fail(mark, "a key with a tag");
  const std::string text = KeyText(tag, spelled);
  if (text.size() > kMaxKeyBytes) {
    Fail(mark, fmt::format("a key of more than {} bytes", kMaxKeyBytes));
  }
  if (!frame.keys.insert(text).second) Fail(mark, "duplicate key " + Quote(text));
  frame.key = text;
  frame.has_key = true;
  CountNodes(mark, 1);
  text_bytes_ += text.size();
  Locate(mark, frame.pointer + PointerToken(text));
}

std::string Builder::IntrinsicFor(const YAML::Mark& mark, const std::string& tag) const {
  if (tag.size() < 2 || tag[0] != '!') return "";  // "?", "!" and the tags of YAML itself.
  std::string name = options_.cloudformation ? IntrinsicOfTag(tag) : std::string();
  if (name.empty()) Fail(mark, "unknown tag " + tag);
  return name;
}

void Builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (WantsKey()) Fail(mark, "a key that is null");
  CountNodes(mark, 1);
  Locate(mark, NextPointer());
  Keep(anchor, Value(), 1, 0);
  Finish(Value());
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (options_.cloudformation) Fail(mark, std::string(kAliasRefused));
  if (WantsKey()) Fail(mark, "a key that is an alias");
  const auto it = anchors_.find(anchor);
  if (it == anchors_.end()) Fail(mark, "an alias to what is not complete yet");
  CountNodes(mark, it->second.nodes);
  CountCopy(mark, it->second.text_bytes);
  text_bytes_ += it->second.text_bytes;
  Locate(mark, NextPointer());
  Finish(it->second.value);
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       const std::string& text) {
  if (WantsKey()) return SetKey(mark, tag, text);
  CountNodes(mark, 1);
  text_bytes_ += text.size();
  const std::string pointer = NextPointer();
  Locate(mark, pointer);
  const std::string intrinsic = IntrinsicFor(mark, tag);
  if (intrinsic.empty()) {
    std::optional<Value> value =
        options_.cloudformation ? ReadScalar11(tag, text) : ReadScalar(tag, text);
    if (!value) Fail(mark, "a value that does not fit its tag " + tag);
    Keep(anchor, *value, 1, text.size());
    return Finish(std::move(*value));
  }
  CountNodes(mark, 2);
  Locate(mark, pointer + PointerToken(intrinsic));
  Value argument = text;
  if (const size_t dot = text.find('.'); intrinsic == "Fn::GetAtt" && dot != std::string::npos) {
    argument = Array{text.substr(0, dot), text.substr(dot + 1)};
  }
  Value value = Object{{intrinsic, std::move(argument)}};
  Keep(anchor, value, 3, text.size());
  Finish(std::move(value));
}

void Builder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                              YAML::EmitterStyle::value) {
  OpenFrame(mark, tag == "tag:yaml.org,2002:seq" ? "?" : tag, anchor, Array());
}

void Builder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) {
  OpenFrame(mark, tag == "tag:yaml.org,2002:map" ? "?" : tag, anchor, Object());
}

void Builder::OpenFrame(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                        Value collection) {
  if (WantsKey()) Fail(mark, "a key that is not a scalar");
  if (frames_.size() >= kMaxDepth) Fail(mark, fmt::format("nested deeper than {}", kMaxDepth));
  if (tag.starts_with("tag:")) Fail(mark, "unknown tag " + tag);
  Frame frame;
  frame.nodes_before = nodes_;
  frame.text_bytes_before = text_bytes_;
  frame.pointer = NextPointer();
  frame.intrinsic = IntrinsicFor(mark, tag);
  frame.collection = std::move(collection);
  frame.anchor = anchor;
  CountNodes(mark, frame.intrinsic.empty() ? 1 : 2);
  Locate(mark, frame.pointer);
  if (!frame.intrinsic.empty()) {
    frame.pointer += PointerToken(frame.intrinsic);
    Locate(mark, frame.pointer);
  }
  frames_.push_back(std::move(frame));
}

void Builder::CloseFrame() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  Value value = std::move(frame.collection);
  if (!frame.intrinsic.empty()) value = Object{{frame.intrinsic, std::move(value)}};
  Keep(frame.anchor, value, nodes_ - frame.nodes_before, text_bytes_ - frame.text_bytes_before);
  Finish(std::move(value));
}

void Builder::CountCopy(const YAML::Mark& mark, size_t bytes) {
  copied_bytes_ += bytes;
  if (copied_bytes_ > kMaxCopiedBytes) Fail(mark, "aliases that repeat too much");
}

void Builder::Keep(YAML::anchor_t anchor, const Value& value, size_t nodes, size_t text_bytes) {
  if (anchor == 0) return;
  CountCopy(YAML::Mark(), nodes * sizeof(Value) + text_bytes);
  anchors_[anchor] = {value, nodes, text_bytes};
}

void Builder::Finish(Value value) {
  if (frames_.empty()) {
    document_.value = std::move(value);
    return;
  }
  Frame& frame = frames_.back();
  if (Array* array = frame.collection.if_array()) {
    array->push_back(std::move(value));
  } else {
    frame.collection.if_object()->Append(std::move(frame.key), std::move(value));
    frame.has_key = false;
  }
}

Error At(int line, int column, std::string_view what) {
  return InvalidError(fmt::format("{}:{}: {}", line, column, what));
}

// yaml-cpp takes byte 4 for the end of the text and replaces malformed UTF-8 in silence.
Status CheckBytes(std::string_view text) {
  if (text.size() > kMaxYamlBytes) {
    return Error{ErrorCode::kLimit, fmt::format("1:1: more than {} bytes", kMaxYamlBytes)};
  }
  int line = 1;
  int column = 1;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') {
      return At(line, column, "a control character");
    }
    column = c == '\n' ? 1 : column + 1;
    line += c == '\n';
  }
  if (!IsUtf8(text)) return At(1, 1, "not UTF-8");
  return {};
}

}  // namespace

Result<YamlDocument> ParseYaml(std::string_view text, YamlOptions options) {
  if (Status checked = CheckBytes(text); !checked.ok()) return checked.error();
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(options);
    if (!parser.HandleNextDocument(builder)) return At(1, 1, "the document is empty");
    Builder second(options);
    if (parser.HandleNextDocument(second)) return At(1, 1, "more than one document");
    return std::move(builder).Take();
  } catch (const YAML::Exception& failed) {
    return At(failed.mark.line + 1, failed.mark.column + 1, failed.msg);
  } catch (const std::exception& failed) {  // The standard library's, from inside yaml-cpp.
    return At(1, 1, failed.what());
  }
}

}  // namespace lifeboat::json
