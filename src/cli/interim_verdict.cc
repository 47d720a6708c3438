#include "cli/interim_verdict.h"

#include "drill/grader/grade.h"
#include "net/files.h"

namespace lifeboat::cli {
namespace {

constexpr size_t kMaxJournalBytes = size_t{4} << 30;

}  // namespace

InterimVerdict::~InterimVerdict() {
  if (thread_.joinable()) thread_.join();
}

void InterimVerdict::Start(std::function<void(const std::vector<std::string>&)> done) {
  if (thread_.joinable()) thread_.join();
  thread_ = std::thread([this, done = std::move(done)] {
    const auto text = net::ReadFile(journal_, kMaxJournalBytes);
    if (!text) return;
    auto lines = drill::RtoAndRpoSoFar(*text);
    if (lines.ok()) loop_.Post([done, lines = std::move(lines).value()] { done(lines); });
  });
}

}  // namespace lifeboat::cli
