#include "lambda/catalog.h"

#include <algorithm>

namespace lifeboat::lambda {
namespace {

using storage::Space;

constexpr std::string_view kFunctionPrefix = "lambda/function/";
constexpr std::string_view kCodePrefix = "lambda/code/";

std::string FunctionKey(std::string_view name) { return std::string(kFunctionPrefix).append(name); }
std::string CodeKey(std::string_view hex) { return std::string(kCodePrefix).append(hex); }

}  // namespace

Status Catalog::Load() {
  const auto it =
      engine_.NewIterator(Space::kMeta, kFunctionPrefix, storage::PrefixEnd(kFunctionPrefix));
  for (it->Seek(kFunctionPrefix); it->Valid(); it->Next()) {
    const Result<json::Value> document = json::Parse(it->value());
    if (!document.ok()) {
      return Error{ErrorCode::kCorrupt,
                   fmt::format("{} cannot be read: {}", it->key(), document.error().message)};
    }
    Result<Function> function = Function::FromJson(*document);
    if (!function.ok()) return function.error();
    Put(std::move(*function));
  }
  return it->status();
}

const Function* Catalog::Find(std::string_view name) const {
  const auto it = functions_.find(name);
  return it == functions_.end() ? nullptr : &it->second;
}

Result<std::string> Catalog::ReadCode(const std::string& code_hex) const {
  Result<std::optional<std::string>> zip = engine_.Get(Space::kMeta, CodeKey(code_hex));
  if (!zip.ok()) return zip.error();
  if (!*zip) return Error{ErrorCode::kNotFound, "no code " + code_hex};
  return std::move(**zip);
}

bool Catalog::IsShared(const std::string& code_sha256, std::string_view name) const {
  return std::any_of(functions_.begin(), functions_.end(), [&](const auto& entry) {
    return entry.first != name && entry.second.code_sha256 == code_sha256;
  });
}

void Catalog::StagePut(storage::WriteBatch& batch, const Function& function,
                       const std::string* zip) const {
  const Function* old = Find(function.name);
  if (old && old->code_sha256 != function.code_sha256 &&
      !IsShared(old->code_sha256, function.name)) {
    batch.Delete(Space::kMeta, CodeKey(old->CodeHex()));
  }
  if (zip) batch.Put(Space::kMeta, CodeKey(function.CodeHex()), *zip);
  batch.Put(Space::kMeta, FunctionKey(function.name), json::Write(function.ToJson()));
}

void Catalog::StageDelete(storage::WriteBatch& batch, const std::string& name) const {
  const Function* old = Find(name);
  if (old && !IsShared(old->code_sha256, name)) {
    batch.Delete(Space::kMeta, CodeKey(old->CodeHex()));
  }
  batch.Delete(Space::kMeta, FunctionKey(name));
}

void Catalog::Put(Function function) {
  std::string name = function.name;
  functions_.insert_or_assign(std::move(name), std::move(function));
}

void Catalog::Delete(const std::string& name) { functions_.erase(name); }

}  // namespace lifeboat::lambda
