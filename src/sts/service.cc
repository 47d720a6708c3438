#include "sts/service.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "http/query_protocol.h"

namespace lifeboat::sts {
namespace {

constexpr std::string_view kXmlNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";

}  // namespace

void Service::Handle(const http::Request& request, std::string_view caller_arn,
                     const http::Reply& reply) {
  const http::Params params = http::ReadQueryParams(request);
  const std::string request_id = NewUuid(prng_);
  const std::string_view action = params.Get("Action");
  if (action != "GetCallerIdentity") {
    reply(http::RenderQueryError(
        {400, "InvalidAction",
         fmt::format("Could not find operation {} for version 2011-06-15", action), ""},
        kXmlNamespace, request_id));
    return;
  }
  reply(http::RenderQueryResult(action, kXmlNamespace, request_id, [&](http::XmlWriter& xml) {
    xml.Leaf("Arn", caller_arn);
    xml.Leaf("UserId", caller_arn.substr(caller_arn.rfind('/') + 1));
    xml.Leaf("Account", options_.account);
  }));
}

}  // namespace lifeboat::sts
