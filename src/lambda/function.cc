#include "lambda/function.h"

#include "base/bytes.h"

namespace lifeboat::lambda {
namespace {

/// `2026-11-23T05:33:00.123+0000`
std::string FormatModified(WallTime time) {
  std::string text = FormatIso8601Millis(time);
  text.pop_back();
  return text + "+0000";
}

}  // namespace

json::Value ToJson(const std::map<std::string, std::string>& map) {
  json::Object object;
  for (const auto& [key, value] : map) object.Append(key, value);
  return object;
}

std::map<std::string, std::string> ToMap(const json::Value& value) {
  std::map<std::string, std::string> map;
  for (const auto& [key, member] : value.as_object()) map[key] = member.as_string();
  return map;
}

std::string Function::CodeHex() const { return HexEncode(code_sha256); }

json::Object Function::ToConfiguration(const Home& home) const {
  json::Object out{{"FunctionName", name},
                   {"FunctionArn", home.Arn(name)},
                   {"Runtime", runtime},
                   {"Role", role},
                   {"Handler", handler},
                   {"CodeSize", code_size},
                   {"Description", description},
                   {"Timeout", timeout_seconds},
                   {"MemorySize", memory_mb},
                   {"LastModified", FormatModified(modified_at)},
                   {"CodeSha256", Base64Encode(code_sha256)},
                   {"Version", kLatest}};
  if (!variables.empty()) {
    out.Set("Environment", json::Object{{"Variables", lambda::ToJson(variables)}});
  }
  out.Set("TracingConfig", json::Object{{"Mode", "PassThrough"}});
  out.Set("RevisionId", revision_id);
  out.Set("State", "Active");
  out.Set("LastUpdateStatus", "Successful");
  out.Set("PackageType", "Zip");
  out.Set("Architectures", json::Array{architecture});
  out.Set("EphemeralStorage", json::Object{{"Size", 512}});
  out.Set("SnapStart", json::Object{{"ApplyOn", "None"}, {"OptimizationStatus", "Off"}});
  out.Set("LoggingConfig",
          json::Object{{"LogFormat", "Text"}, {"LogGroup", "/aws/lambda/" + name}});
  return out;
}

json::Value Function::ToJson() const {
  return json::Object{{"name", name},
                      {"runtime", runtime},
                      {"role", role},
                      {"handler", handler},
                      {"description", description},
                      {"timeout_seconds", timeout_seconds},
                      {"memory_mb", memory_mb},
                      {"architecture", architecture},
                      {"variables", lambda::ToJson(variables)},
                      {"tags", lambda::ToJson(tags)},
                      {"code_sha256", CodeHex()},
                      {"code_size", code_size},
                      {"modified_at_ms", modified_at.millis()},
                      {"revision_id", revision_id},
                      {"policy", policy.ToJson()}};
}

Result<Function> Function::FromJson(const json::Value& value) {
  const auto text = [&](std::string_view key) { return value.GetString(key); };
  const auto number = [&](std::string_view key) -> int64_t {
    const json::Value* member = value.Find(key);
    return member ? member->as_int() : 0;
  };
  const auto digest = HexDecode(text("code_sha256"));
  if (!IsFunctionName(text("name")) || !digest || digest->size() != 32) {
    return Error{ErrorCode::kCorrupt, "stored function cannot be read"};
  }
  Function f;
  f.name = text("name");
  f.runtime = text("runtime");
  f.role = text("role");
  f.handler = text("handler");
  f.description = text("description");
  f.timeout_seconds = static_cast<int>(number("timeout_seconds"));
  f.memory_mb = static_cast<int>(number("memory_mb"));
  f.architecture = text("architecture");
  if (const json::Value* variables = value.Find("variables")) f.variables = ToMap(*variables);
  if (const json::Value* tags = value.Find("tags")) f.tags = ToMap(*tags);
  f.code_sha256 = *digest;
  f.code_size = static_cast<uint64_t>(number("code_size"));
  f.modified_at = WallTime::FromMillis(number("modified_at_ms"));
  f.revision_id = text("revision_id");
  if (const json::Value* policy = value.Find("policy")) f.policy = Policy::FromJson(*policy);
  return f;
}

}  // namespace lifeboat::lambda
