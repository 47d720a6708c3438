#include "net/document_files.h"

#include <algorithm>

#include "base/bytes.h"
#include "json/value.h"
#include "nameserver/documents.h"
#include "net/files.h"

namespace lifeboat::net {
namespace {

constexpr size_t kDocumentBytesMax = 256 << 20;
constexpr std::string_view kSealKind = "seal";

/// nullopt when there is no such file.
Result<std::optional<std::string>> ReadOptional(const std::string& path) {
  Result<std::string> bytes = ReadFile(path, kDocumentBytesMax);
  if (bytes) return std::optional<std::string>(*std::move(bytes));
  if (bytes.error().code == ErrorCode::kNotFound) return std::optional<std::string>();
  return bytes.error();
}

Error Damaged(const std::string& path, std::string_view what) {
  return {ErrorCode::kCorrupt, fmt::format("{}: {}", path, what)};
}

}  // namespace

Result<std::unique_ptr<DocumentFiles>> DocumentFiles::Open(std::string folder,
                                                           const std::vector<std::string>& names) {
  if (Status made = MakeFolders(folder); !made) return made.error();
  std::unique_ptr<DocumentFiles> files(new DocumentFiles(std::move(folder)));
  const auto bytes = ReadOptional(files->SealPath());
  if (!bytes) return bytes.error();
  const Status opened = *bytes ? files->ReadSeal(**bytes) : files->Adopt(names);
  if (!opened) return opened.error();
  return files;
}

Status DocumentFiles::ReadSeal(std::string_view bytes) {
  const Result<std::string> body = nameserver::OpenDocument(kSealKind, bytes);
  const Result<json::Value> value = body ? json::Parse(*body) : Result<json::Value>(body.error());
  if (!value) return Damaged(SealPath(), "is no whole seal");
  for (const auto& [name, checksums] : value->as_object()) {
    for (const json::Value& each : checksums.as_array()) {
      sealed_[name].push_back(static_cast<uint32_t>(each.as_int()));
    }
  }
  return {};
}

/// Documents that were written without a seal: each has a checksum of its own in front.
Status DocumentFiles::Adopt(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto bytes = ReadOptional(PathOf(name));
    if (!bytes) return bytes.error();
    if (!*bytes) continue;
    if (!nameserver::OpenDocument(name, **bytes)) return Damaged(PathOf(name), "is damaged");
    sealed_[name] = {Crc32(**bytes)};
  }
  blank_ = sealed_.empty();
  return WriteSeal();
}

Result<std::optional<std::string>> DocumentFiles::Read(const std::string& name) const {
  auto bytes = ReadOptional(PathOf(name));
  if (!bytes) return bytes.error();
  const auto sealed = sealed_.find(name);
  if (sealed == sealed_.end()) return bytes;
  if (!*bytes) return Damaged(PathOf(name), "is missing");
  const Checksums& may_be = sealed->second;
  if (std::find(may_be.begin(), may_be.end(), Crc32(**bytes)) == may_be.end()) {
    return Damaged(PathOf(name), "is damaged, or older than it was");
  }
  return bytes;
}

// The seal first allows the new bytes beside the old ones, and forgets the old ones when the new
// ones are on the disk: whenever the process ends, the file is one of those that the seal allows.
Status DocumentFiles::Write(const std::string& name, std::string_view bytes) {
  const uint32_t checksum = Crc32(bytes);
  sealed_[name].push_back(checksum);
  if (Status allowed = WriteSeal(); !allowed) return allowed;
  if (Status written = WriteFileAtomically(PathOf(name), bytes); !written) return written;
  sealed_[name] = {checksum};
  return WriteSeal();
}

Status DocumentFiles::WriteSeal() const {
  json::Object documents;
  for (const auto& [name, checksums] : sealed_) {
    json::Array list;
    for (const uint32_t checksum : checksums) list.push_back(static_cast<int64_t>(checksum));
    documents.Append(name, std::move(list));
  }
  return WriteFileAtomically(
      SealPath(),
      nameserver::SealDocument(kSealKind, json::Write(json::Value(std::move(documents)))));
}

}  // namespace lifeboat::net
