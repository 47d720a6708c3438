#include "world/witness_book.h"

#include "base/bytes.h"
#include "base/log.h"
#include "json/value.h"
#include "nameserver/documents.h"
#include "net/files.h"
#include "replication/hello.h"

namespace lifeboat::world {
namespace {

constexpr std::string_view kKind = "witnesses";
constexpr size_t kMaxBytes = 1 << 20;

/// By region: the witness as it is on the wire, in base64.
Result<std::map<std::string, replication::Witness>> Decode(std::string_view bytes) {
  const auto body = nameserver::OpenDocument(kKind, bytes);
  if (!body) return body.error();
  const auto json = json::Parse(*body);
  if (!json) return json.error();
  const Error malformed{ErrorCode::kCorrupt, "it is malformed"};
  if (!json->is_object()) return malformed;
  std::map<std::string, replication::Witness> known;
  for (const auto& [region, text] : json->as_object()) {
    if (!text.is_string()) return malformed;
    const auto raw = Base64Decode(text.as_string());
    if (!raw) return malformed;
    const auto witness = replication::DecodeWitness(*raw);
    if (!witness) return witness.error();
    known[region] = *witness;
  }
  return known;
}

}  // namespace

WitnessBook::WitnessBook(std::string path) : path_(std::move(path)) {
  const auto bytes = net::ReadFile(path_, kMaxBytes);
  if (!bytes) {
    if (bytes.error().code != ErrorCode::kNotFound) log::Error("{}", bytes.error().message);
    return;
  }
  auto known = Decode(*bytes);
  if (known) {
    known_ = *std::move(known);
  } else {
    log::Error("{}: {}: it is left aside", path_, known.error().message);
  }
}

Status WitnessBook::Store() const {
  json::Object object;
  for (const auto& [region, witness] : known_) {
    object.Set(region, Base64Encode(replication::Encode(witness)));
  }
  return net::WriteFileAtomically(path_, nameserver::SealDocument(kKind, json::Write(object)));
}

Result<std::string> WitnessBook::Answer(std::string_view bytes) {
  const auto greeting = replication::DecodeGreeting(bytes);
  if (!greeting) return greeting.error();
  const replication::Witness before = known_[greeting->from];
  if (replication::IsNews(*greeting, before)) {
    known_[greeting->from] = greeting->own;
    if (Status stored = Store(); !stored) {
      known_[greeting->from] = before;
      return stored.error();
    }
  }
  return replication::Encode(before);
}

}  // namespace lifeboat::world
