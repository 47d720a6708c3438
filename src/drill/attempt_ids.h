// Numbers the requests of a run, from 1 and without gaps, whoever sends them.
#pragma once

#include <cstdint>

namespace lifeboat::drill {

class AttemptIds {
 public:
  int64_t Next() { return next_++; }

 private:
  int64_t next_ = 1;
};

}  // namespace lifeboat::drill
