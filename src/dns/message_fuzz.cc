// Any bytes as a packet: reading ends, what was read writes and reads back the same, and the
// answer builder gives either nothing or a message that our own parser takes.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "dns/answer.h"
#include "dns/message.h"
#include "dns/rdata.h"
#include "dns/zone.h"

namespace {

using namespace lifeboat;

dns::Zone MakeZone() {
  const auto name = [](std::string_view text) { return dns::Name::Parse(text).value(); };
  const auto add = [&](dns::Zone& zone, std::string_view owner, dns::Type type,
                       std::string_view value) {
    zone.Add(name(owner), {type, 60, {dns::ParseRdata(type, value).value()}});
  };
  dns::Zone zone(name("a"));
  add(zone, "a", dns::Type::kSoa, "ns.a. host.a. 1 7200 900 1209600 86400");
  add(zone, "a", dns::Type::kNs, "ns.a.");
  add(zone, "*.a", dns::Type::kA, "192.0.2.1");
  add(zone, "c.a", dns::Type::kCname, "x.a.");
  add(zone, "d.a", dns::Type::kNs, "ns.d.a.");
  return zone;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const dns::ZoneSet* const zones = [] {
    auto* made = new dns::ZoneSet;
    made->Add(std::make_shared<dns::Zone>(MakeZone()));
    return made;
  }();
  const std::string_view packet(reinterpret_cast<const char*>(data), size);
  if (const Result<dns::Message> message = dns::ParseMessage(packet); message.ok()) {
    const Result<dns::Message> again = dns::ParseMessage(dns::WriteMessage(*message));
    Check(!again.ok() || *again == *message, "a message reads back as it was written");
  }
  Prng prng(1);
  std::string out;
  for (const dns::Transport transport : {dns::Transport::kUdp, dns::Transport::kTcp}) {
    dns::AnswerQuery(packet, *zones, transport, prng, out);
    if (!out.empty()) Check(dns::ParseMessage(out).ok(), "an answer is a message");
  }
  return 0;
}
