// The documents of a name server as files, and a seal beside them that says which bytes they must
// have: one that is damaged, missing or older than it was is noticed at the next start
// (docs/formats/seal.md).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::net {

class DocumentFiles {
 public:
  /// Reads the seal in `folder`, which is made when missing, or makes it from the `names` that are
  /// there. kCorrupt, kIo; with the path.
  static Result<std::unique_ptr<DocumentFiles>> Open(std::string folder,
                                                     const std::vector<std::string>& names);

  /// There was neither a seal nor a document.
  bool blank() const { return blank_; }
  /// nullopt when there is none and never was one. kCorrupt when it is not what the seal says, kIo.
  Result<std::optional<std::string>> Read(const std::string& name) const;
  /// Durable when it returns. One at a time. kIo.
  Status Write(const std::string& name, std::string_view bytes);

 private:
  /// Checksums that a document may have: one, or two while it is being replaced.
  using Checksums = std::vector<uint32_t>;

  explicit DocumentFiles(std::string folder) : folder_(std::move(folder)) {}
  std::string PathOf(const std::string& name) const { return folder_ + "/" + name; }
  std::string SealPath() const { return folder_ + "/seal"; }
  Status ReadSeal(std::string_view bytes);
  Status Adopt(const std::vector<std::string>& names);
  Status WriteSeal() const;

  const std::string folder_;
  bool blank_ = false;
  std::map<std::string, Checksums> sealed_;
};

}  // namespace lifeboat::net
