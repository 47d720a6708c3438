// WitnessBook: what each region has last said of its data folder, as the name server remembers it
// beside the other regions (docs/replication.md, section 9). A region whose peers are all gone, or
// that has none, still hears from it that its disk is older than it was.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "replication/wire.h"

namespace lifeboat::world {

class WitnessBook {
 public:
  /// Reads the file, if there is one. A damaged one is reported and left aside: the book then knows
  /// nothing, which harms nobody.
  explicit WitnessBook(std::string path);
  /// Answers POST /_lifeboat/replication/hello: what was known before. What is to be remembered is
  /// on the disk by then. kInvalid for malformed bytes, kIo.
  Result<std::string> Answer(std::string_view greeting);

 private:
  Status Store() const;

  const std::string path_;
  std::map<std::string, replication::Witness> known_;
};

}  // namespace lifeboat::world
