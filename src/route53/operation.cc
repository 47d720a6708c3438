#include "route53/operation.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/ids.h"
#include "route53/errors.h"

namespace lifeboat::route53 {
namespace {

constexpr size_t kChangeIdDigits = 20;

}  // namespace

void AdvanceNumber(Operation& op) { op.writer.PutNumber(++op.state.number); }

Change RecordChange(Operation& op, std::string comment) {
  AdvanceNumber(op);
  const Change change{"C" + NewId(op.prng, kChangeIdDigits, kUpperAlnum), op.state.number, op.now,
                      std::move(comment)};
  op.state.changes.emplace(change.number, change);
  op.writer.PutChange(change);
  if (op.state.changes.size() > kMaxChangesKept) {
    op.writer.DeleteChange(op.state.changes.begin()->first);
    op.state.changes.erase(op.state.changes.begin());
  }
  return change;
}

std::string_view StatusOf(const Operation& op, const Change& change) {
  const bool everywhere =
      std::all_of(op.name_servers.begin(), op.name_servers.end(), [&](const std::string& server) {
        const auto it = op.state.applied.find(server);
        return it != op.state.applied.end() && it->second >= change.number;
      });
  return everywhere ? "INSYNC" : "PENDING";
}

http::Response XmlAnswer(int status, http::XmlWriter& xml) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/xml");
  response.body = xml.Take();
  return response;
}

http::AwsResult<size_t> PageSize(const http::Params& query, size_t fallback) {
  const std::string* text = query.Find("maxitems");
  if (text == nullptr) return fallback;
  const std::optional<uint64_t> asked = ParseUint(*text);
  if (!asked || *asked == 0)
    return InvalidInput(fmt::format("MaxItems must be a positive number, not '{}'", *text));
  return std::min<size_t>(*asked, kMaxPageItems);
}

}  // namespace lifeboat::route53
