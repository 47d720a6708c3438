#include "storage/rocks/commit_filter.h"

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include "storage/commit_number.h"

namespace lifeboat::storage {
namespace {

/// Looks at the first operation of a write only.
class FirstOperation final : public rocksdb::WriteBatch::Handler {
 public:
  uint64_t number() const { return number_; }

  rocksdb::Status PutCF(uint32_t family, const rocksdb::Slice& key,
                        const rocksdb::Slice& value) override {
    seen_ = true;
    if (family == static_cast<uint32_t>(Space::kMeta) && key.ToStringView() == kCommitKey) {
      number_ = DecodeCommitNumber(value.ToStringView()).value_or(0);
    }
    return {};
  }
  rocksdb::Status DeleteCF(uint32_t, const rocksdb::Slice&) override { return See(); }
  rocksdb::Status DeleteRangeCF(uint32_t, const rocksdb::Slice&, const rocksdb::Slice&) override {
    return See();
  }
  bool Continue() override { return !seen_; }

 private:
  rocksdb::Status See() {
    seen_ = true;
    return {};
  }
  bool seen_ = false;
  uint64_t number_ = 0;
};

}  // namespace

CommitFilter::WalProcessingOption CommitFilter::LogRecordFound(unsigned long long,
                                                               const std::string& file,
                                                               const rocksdb::WriteBatch& batch,
                                                               rocksdb::WriteBatch*, bool*) {
  FirstOperation first;
  batch.Iterate(&first).PermitUncheckedError();
  const uint64_t number = first.number();
  if (number != 0) {
    // The number of a write that failed is used again, and what failed may stand in the file.
    if (last_ != 0 && number != last_ && number != last_ + 1) {
      gap_ = fmt::format("{}: commit {} is followed by commit {}", file, last_, number);
      return mode_ == Mode::kStop ? WalProcessingOption::kStopReplay
                                  : WalProcessingOption::kCorruptedRecord;
    }
    if (first_ == 0) first_ = number;
    last_ = number;
    file_ = file;
  }
  return mode_ == Mode::kOnlyLook ? WalProcessingOption::kIgnoreCurrentRecord
                                  : WalProcessingOption::kContinueProcessing;
}

}  // namespace lifeboat::storage
