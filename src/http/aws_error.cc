#include "http/aws_error.h"

#include "http/xml.h"
#include "json/value.h"

namespace lifeboat::http {
namespace {

constexpr std::string_view kRoute53Namespace = "https://route53.amazonaws.com/doc/2013-04-01/";

Response XmlResponse(int status, std::string body) {
  Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/xml");
  response.body = std::move(body);
  return response;
}

std::string_view Blame(const AwsError& error) {
  return error.status >= 500 ? "Receiver" : "Sender";
}

}  // namespace

std::string NotSupported(std::string_view what) {
  return fmt::format("{} is not supported by Lifeboat (docs/compatibility.md lists what is)", what);
}

Response RenderJsonError(const AwsError& error, std::string_view prefix,
                         std::string_view content_type, std::string_view message_key) {
  Response response;
  response.status = error.status;
  response.headers.Add("Content-Type", std::string(content_type));
  std::string& body = response.body;
  body = "{\"__type\":" + json::Quote(std::string(prefix) + error.code);
  if (!error.message.empty()) {
    body += "," + json::Quote(message_key) + ":" + json::Quote(error.message);
  }
  body += error.extra_members + "}";
  return response;
}

Response RenderRestJsonError(const AwsError& error) {
  Response response;
  response.status = error.status;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("x-amzn-ErrorType", error.code);
  response.body = std::string("{\"Type\":") + (error.status >= 500 ? "\"Service\"" : "\"User\"") +
                  ",\"message\":" + json::Quote(error.message) + error.extra_members + "}";
  return response;
}

Response RenderQueryError(const AwsError& error, std::string_view xml_namespace,
                          std::string_view request_id) {
  XmlWriter xml;
  xml.Open("ErrorResponse", xml_namespace).Open("Error");
  xml.Leaf("Type", Blame(error)).Leaf("Code", error.code).Leaf("Message", error.message).Close();
  xml.Leaf("RequestId", request_id);
  return XmlResponse(error.status, xml.Take());
}

Response RenderRoute53Error(const AwsError& error, std::string_view request_id) {
  return RenderQueryError(error, kRoute53Namespace, request_id);
}

Response RenderS3Error(const AwsError& error, std::string_view resource,
                       std::string_view request_id) {
  XmlWriter xml;
  xml.Open("Error").Leaf("Code", error.code).Leaf("Message", error.message);
  xml.Leaf("Resource", resource).Leaf("RequestId", request_id);
  Response response = XmlResponse(error.status, xml.Take());
  response.headers.Set("Content-Type", "application/xml");
  return response;
}

}  // namespace lifeboat::http
