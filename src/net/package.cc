#include "net/package.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "net/files.h"
#include "net/system.h"

namespace lifeboat::net {
namespace {

constexpr size_t kCopyBytes = 64 << 10;

struct ZipClose {
  void operator()(zip_t* zip) const { zip_discard(zip); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using ZipPtr = std::unique_ptr<zip_t, ZipClose>;
using ZipFilePtr = std::unique_ptr<zip_file_t, ZipClose>;

Result<ZipPtr> OpenZip(const std::string& bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : nullptr;
  if (!zip) {
    Error failed = InvalidError(fmt::format("not a zip: {}", zip_error_strerror(&error)));
    if (source) zip_source_free(source);
    zip_error_fini(&error);
    return failed;
  }
  return ZipPtr(zip);
}

/// A relative path without `..`, and nothing that another tool could read as one.
bool IsSafePath(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find('\\') != std::string_view::npos) {
    return false;
  }
  for (const std::string_view part : Split(path, '/')) {
    if (part == "..") return false;
  }
  return true;
}

class Unpacker {
 public:
  Unpacker(zip_t* zip, const std::string& folder, const PackageLimits& limits)
      : zip_(zip), folder_(folder), limits_(limits) {}

  Status UnpackAll() {
    const zip_int64_t count = zip_get_num_entries(zip_, 0);
    if (static_cast<uint64_t>(count) > limits_.files) {
      return Error{ErrorCode::kLimit, fmt::format("more than {} files", limits_.files)};
    }
    for (zip_int64_t i = 0; i < count; ++i) {
      if (Status status = Unpack(static_cast<zip_uint64_t>(i)); !status) return status;
    }
    return {};
  }

 private:
  Status Unpack(zip_uint64_t index) {
    zip_stat_t info;
    zip_stat_init(&info);
    if (zip_stat_index(zip_, index, 0, &info) != 0 || !info.name) {
      return InvalidError("damaged zip");
    }
    const std::string name = info.name;
    if (!IsSafePath(name)) return InvalidError(fmt::format("'{}': path leaves the package", name));
    if (info.encryption_method != ZIP_EM_NONE) {
      return InvalidError(fmt::format("'{}' is encrypted", name));
    }
    const mode_t mode = UnixMode(index);
    const bool folder = name.back() == '/';
    if ((mode & S_IFMT) != 0 && !S_ISREG(mode) && !S_ISDIR(mode)) {
      return InvalidError(fmt::format("'{}' is a link or a device", name));
    }
    if (folder) return MakeFolders(folder_ + "/" + name);
    const size_t slash = name.rfind('/');
    if (slash != std::string::npos) {
      if (Status made = MakeFolders(folder_ + "/" + name.substr(0, slash)); !made) return made;
    }
    return UnpackFile(index, name, (mode & 0111) ? 0700 : 0600);
  }

  /// 0 when the zip was made on a system without such modes.
  mode_t UnixMode(zip_uint64_t index) const {
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(zip_, index, 0, &system, &attributes) != 0) return 0;
    return system == ZIP_OPSYS_UNIX ? attributes >> 16 : 0;
  }

  Status UnpackFile(zip_uint64_t index, const std::string& name, int mode) {
    const ZipFilePtr from(zip_fopen_index(zip_, index, 0));
    if (!from) return InvalidError(fmt::format("'{}': {}", name, zip_strerror(zip_)));
    const std::string path = folder_ + "/" + name;
    const int to = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (to < 0 && (errno == EEXIST || errno == EISDIR)) {
      return InvalidError(fmt::format("'{}' is in the zip twice", name));
    }
    if (to < 0) return Error{ErrorCode::kIo, ErrnoMessage(path, errno)};
    Status status = Copy(from.get(), to, name);
    if (status && fchmod(to, static_cast<mode_t>(mode)) != 0) {
      status = Error{ErrorCode::kIo, ErrnoMessage(path, errno)};
    }
    close(to);
    return status;
  }

  // Counts what comes out, since the sizes that a zip states can lie.
  Status Copy(zip_file_t* from, int to, const std::string& name) {
    std::string buffer(kCopyBytes, '\0');
    while (true) {
      const zip_int64_t count = zip_fread(from, buffer.data(), buffer.size());
      if (count < 0) return InvalidError(fmt::format("'{}': {}", name, zip_file_strerror(from)));
      if (count == 0) return {};
      unpacked_bytes_ += static_cast<uint64_t>(count);
      if (unpacked_bytes_ > limits_.unpacked_bytes) {
        return Error{ErrorCode::kLimit,
                     fmt::format("unpacked larger than {} bytes", limits_.unpacked_bytes)};
      }
      const std::string_view bytes(buffer.data(), static_cast<size_t>(count));
      if (Status written = WriteAll(to, bytes, name); !written) return written;
    }
  }

  zip_t* const zip_;
  const std::string& folder_;
  const PackageLimits& limits_;
  uint64_t unpacked_bytes_ = 0;
};

}  // namespace

Status UnpackPackage(const std::string& zip, const std::string& folder,
                     const PackageLimits& limits) {
  if (zip.size() > limits.zip_bytes) {
    return Error{ErrorCode::kLimit, fmt::format("zip larger than {} bytes", limits.zip_bytes)};
  }
  if (zip.empty()) return InvalidError("not a zip: it is empty");  // libzip takes it for one.
  const Result<ZipPtr> opened = OpenZip(zip);
  if (!opened) return opened.error();
  return Unpacker(opened->get(), folder, limits).UnpackAll();
}

}  // namespace lifeboat::net
