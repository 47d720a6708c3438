// Resolver: the stub resolver of one cohort, with the cache that the cohort's policy asks for.
//
// It asks the name servers itself over UDP, so that the drill sees what clients see and nothing of
// this machine's own resolver. A server that does not answer is asked again, then the next one.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/scheduler.h"
#include "base/time.h"
#include "client/cohort.h"
#include "client/dialer.h"
#include "client/lifeline.h"
#include "client/places.h"

namespace lifeboat::client {

inline constexpr int kMaxDnsTries = 3;
inline constexpr Duration kDnsTryTimeout = Duration::Seconds(1);

/// What one server said about the A records of a name.
struct DnsAnswer {
  int rcode = 0;
  std::vector<std::string> addresses;
  uint32_t ttl = 0;  ///< The smallest of the records; 0 when there is none.
};

/// Asks one server once. kInvalid, inside the call, when there can be no such name; kUnavailable
/// when the server did not answer in time, kCorrupt when what came is no answer to the question.
void AskServer(Dialer& dialer, const ServerAddress& server, const std::string& name, uint16_t id,
               Duration timeout, std::function<void(Result<DnsAnswer>)> done);

class Resolver {
 public:
  Resolver(Dialer& dialer, const Clock& clock, std::vector<ServerAddress> servers,
           CohortPolicy policy)
      : dialer_(dialer), clock_(clock), servers_(std::move(servers)), policy_(std::move(policy)) {}

  /// The addresses of `name`; `done` runs once, inside the call when the cache has it. The error
  /// is kUnavailable (no server answered), kNotFound (no such name, no address) or kInvalid (there
  /// can be no such name).
  using Done = std::function<void(Result<std::vector<std::string>>)>;
  void Resolve(const std::string& name, Done done);

  /// The client is taken to have lived before: its first answer counts as `share` (0 to 1) of a
  /// period old. A period is the time that an answer is kept for, in whole lifetimes of connections
  /// where those have one (`lifetime`; zero: none).
  void BeginAt(double share, Duration lifetime) {
    begin_share_ = share;
    begin_lifetime_ = lifetime;
  }
  /// As how old the first answer counted; zero before it came.
  Duration begun_age() const { return begun_age_; }

  /// Answers every question for every name with `address`: for asking one region directly.
  void Pin(std::string address) { pinned_ = std::move(address); }

 private:
  struct Entry {
    std::vector<std::string> addresses;
    Instant expires;
    bool forever = false;
  };
  Duration Life(const DnsAnswer& answer) const;
  void Begin(Duration life);
  void Ask(const std::string& name, int tried);
  void Finish(const std::string& name, Result<std::vector<std::string>> result);
  void Keep(const std::string& name, const DnsAnswer& answer);

  Dialer& dialer_;
  const Clock& clock_;
  std::vector<ServerAddress> servers_;
  CohortPolicy policy_;
  std::string pinned_;
  double begin_share_ = 0;
  Duration begin_lifetime_;
  Duration begun_age_;
  bool begun_ = false;
  std::map<std::string, Entry> cache_;
  /// Those who wait for a question that is under way: one question serves them all.
  std::map<std::string, std::vector<Done>> waiting_;
  uint16_t next_id_ = 1;
  Lifeline lifeline_;
};

}  // namespace lifeboat::client
