// DnsWatch: asks every authoritative server four times a second what the target's name is, and
// journals each answer. When the answers have changed is what the drill itself saw, not what
// somebody's API said.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/lifeline.h"
#include "client/resolver.h"
#include "drill/setting.h"

namespace lifeboat::drill {

inline constexpr Duration kDnsWatchInterval = Duration::Millis(250);

class DnsWatch {
 public:
  explicit DnsWatch(const Setting& setting) : setting_(setting) {}
  void Start();
  void Stop() { running_ = false; }

  /// The latest answer of every server that answers names survivors only; the time of the last one
  /// to change. nullopt when none answers.
  std::optional<int64_t> survivors_only_since() const;
  /// Every server has given an address in its latest answer.
  bool all_answer() const;
  /// Every server's latest answer names the lost region.
  bool names_lost_region() const;

 private:
  struct Server {
    std::optional<int64_t> survivors_since;
    bool names_lost = false;
    bool has_address = false;
    bool silent = false;  ///< It did not answer the latest question.
  };
  void Tick();
  void OnAnswer(const std::string& server, Instant asked, const Result<client::DnsAnswer>& answer);

  const Setting& setting_;
  bool running_ = false;
  uint16_t next_id_ = 1;
  std::map<std::string, Server> servers_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
