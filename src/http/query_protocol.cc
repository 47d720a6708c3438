#include "http/query_protocol.h"

namespace lifeboat::http {

Params ReadQueryParams(const Request& request) {
  return Params::Parse(request.body.empty() ? SplitTarget(request.target).query
                                            : std::string_view(request.body));
}

Response RenderQueryResult(std::string_view action, std::string_view xml_namespace,
                           std::string_view request_id,
                           const std::function<void(XmlWriter&)>& result) {
  XmlWriter xml;
  xml.Open(std::string(action) + "Response", xml_namespace);
  if (result) {
    xml.Open(std::string(action) + "Result");
    result(xml);
    xml.Close();
  }
  xml.Open("ResponseMetadata").Leaf("RequestId", request_id);
  Response response;
  response.headers.Add("Content-Type", "text/xml");
  response.headers.Add("x-amzn-RequestId", std::string(request_id));
  response.body = xml.Take();
  return response;
}

}  // namespace lifeboat::http
