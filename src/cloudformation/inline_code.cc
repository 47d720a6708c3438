#include "cloudformation/inline_code.h"

#include "base/bytes.h"

namespace lifeboat::cloudformation {
namespace {

// APPNOTE.TXT of the zip format: the two forms of a file's header, and the end of the directory.
constexpr uint32_t kLocalHeader = 0x04034b50;
constexpr uint32_t kCentralHeader = 0x02014b50;
constexpr uint32_t kEndOfDirectory = 0x06054b50;
constexpr uint16_t kVersion = 20;
constexpr uint16_t kMadeOnUnix = (3 << 8) | kVersion;
constexpr uint16_t kFirstDay = (1 << 5) | 1;  ///< 1 January 1980.
constexpr uint32_t kRegularFile = 0100644u << 16;

void Put16(std::string& out, uint16_t value) {
  out.push_back(static_cast<char>(value & 0xff));
  out.push_back(static_cast<char>(value >> 8));
}

void Put32(std::string& out, uint32_t value) {
  Put16(out, static_cast<uint16_t>(value & 0xffff));
  Put16(out, static_cast<uint16_t>(value >> 16));
}

/// What both headers of a stored file have in common.
void PutFile(std::string& out, std::string_view name, std::string_view content) {
  const auto size = static_cast<uint32_t>(content.size());
  Put16(out, kVersion);
  Put16(out, 0);  // Flags.
  Put16(out, 0);  // Stored, not compressed.
  Put16(out, 0);  // Midnight.
  Put16(out, kFirstDay);
  Put32(out, Crc32(content));
  Put32(out, size);
  Put32(out, size);
  Put16(out, static_cast<uint16_t>(name.size()));
  Put16(out, 0);  // No extra field.
}

std::string ZipOf(std::string_view name, std::string_view content) {
  std::string zip;
  Put32(zip, kLocalHeader);
  PutFile(zip, name, content);
  zip.append(name).append(content);
  const size_t directory = zip.size();
  Put32(zip, kCentralHeader);
  Put16(zip, kMadeOnUnix);
  PutFile(zip, name, content);
  Put16(zip, 0);  // No comment.
  Put16(zip, 0);  // The first disk.
  Put16(zip, 0);  // Internal attributes.
  Put32(zip, kRegularFile);
  Put32(zip, 0);  // Where the local header is.
  zip.append(name);
  const size_t end = zip.size();
  Put32(zip, kEndOfDirectory);
  Put32(zip, 0);  // Disks.
  Put16(zip, 1);
  Put16(zip, 1);
  Put32(zip, static_cast<uint32_t>(end - directory));
  Put32(zip, static_cast<uint32_t>(directory));
  Put16(zip, 0);
  return zip;
}

}  // namespace

Result<std::string> MakeInlinePackage(std::string_view runtime, std::string_view source) {
  if (runtime.starts_with("nodejs")) return ZipOf("index.js", source);
  if (runtime.starts_with("python")) return ZipOf("index.py", source);
  return InvalidError("ZipFile can only be used when Runtime is a Node.js or Python runtime.");
}

}  // namespace lifeboat::cloudformation
