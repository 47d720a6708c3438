// AWS's Query protocol: an action and its parameters form-encoded in, XML out (IAM, STS,
// CloudFormation).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "http/aws_error.h"
#include "http/message.h"
#include "http/xml.h"

namespace lifeboat::http {

/// Parameters of a POST's body, or of a GET's query.
Params ReadQueryParams(const Request& request);

/// `<ActionResponse xmlns=...><ActionResult>` + what `result` writes + `</ActionResult>` and the
/// metadata with the request id. Without `result` there is no result element, as for actions that
/// answer nothing.
Response RenderQueryResult(std::string_view action, std::string_view xml_namespace,
                           std::string_view request_id,
                           const std::function<void(XmlWriter&)>& result = nullptr);

}  // namespace lifeboat::http
