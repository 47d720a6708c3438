// A name to resolve and what the name server answers, both any bytes: `name` NUL `answer`. The
// resolver says once what became of it.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "client/resolver.h"

namespace {

using namespace lifeboat;

/// Answers at once, with the bytes at hand and the question's id.
class FuzzedServer final : public client::Dialer {
 public:
  explicit FuzzedServer(std::string_view answer) : answer_(answer) {}
  void Connect(
      const client::Endpoint&, Duration,
      std::function<void(Result<std::unique_ptr<client::Connection>, client::TransportError>)>)
      override {}
  void Query(const std::string&, uint16_t, std::string message, Duration,
             std::function<void(Result<std::string>)> done) override {
    std::string answer = answer_;
    if (answer.size() >= 2) answer.replace(0, 2, message, 0, 2);
    waiting.push_back([done = std::move(done), answer] { done(answer); });
  }
  std::vector<std::function<void()>> waiting;

 private:
  const std::string answer_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(bytes.find('\0'), bytes.size());
  FuzzedServer server(bytes.substr(std::min(end + 1, bytes.size())));
  const ManualClock clock;
  client::Resolver resolver(server, clock, {{"127.0.0.1", 53}}, {});
  int outcomes = 0;
  resolver.Resolve(std::string(bytes.substr(0, end)), [&](const auto& addresses) {
    ++outcomes;
    Check(!addresses.ok() || !addresses->empty(), "what resolves has an address");
  });
  while (!server.waiting.empty()) {
    for (const auto& task : std::exchange(server.waiting, {})) task();
  }
  Check(outcomes == 1, "a question has one outcome");
  return 0;
}
