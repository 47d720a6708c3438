// DiskReserve: room on a disk that is kept free for what makes room (docs/formats/seal.md). A
// database writes before it can delete, so on a disk that is full to the last byte not even
// trimming would go on. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <string>

namespace lifeboat::net {

inline constexpr uint64_t kDiskReserveBytes = 64 << 20;

class DiskReserve {
 public:
  /// The file is `reserve` in `folder`; one that is there and whole is held from now on.
  explicit DiskReserve(const std::string& folder, uint64_t bytes = kDiskReserveBytes);
  /// Gives the room back: a world that has ended needs none.
  ~DiskReserve() { Release(); }
  DiskReserve(const DiskReserve&) = delete;

  /// Takes the room if it is there and a quarter more, so that it is not given away again at once.
  /// True when it is held. On a file system that cannot keep room it is held without being kept,
  /// which the log says once.
  bool Take();
  void Release();
  bool held() const { return held_; }

 private:
  bool Allocate();

  const std::string folder_;
  const std::string path_;
  const uint64_t bytes_;
  bool held_ = false;
};

}  // namespace lifeboat::net
