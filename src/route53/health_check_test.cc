// Health checks through the API: defaults, rules, versions, and what observations say.
#include <gtest/gtest.h>

#include "route53/test_world.h"

namespace lifeboat::route53 {
namespace {

using http::Response;

class HealthCheckTest : public ::testing::Test, protected TestWorld {
 protected:
  Response Create(const std::string& config, const std::string& reference = "r") {
    return Send("POST", "/healthcheck",
                "<CreateHealthCheckRequest><CallerReference>" + reference +
                    "</CallerReference><HealthCheckConfig>" + config +
                    "</HealthCheckConfig></CreateHealthCheckRequest>");
  }
  std::string CreateId(const std::string& config, const std::string& reference) {
    return TextAt(Create(config, reference), {"HealthCheck", "Id"});
  }
  Response Update(const std::string& id, const std::string& fields) {
    return Send("POST", "/healthcheck/" + id,
                "<UpdateHealthCheckRequest>" + fields + "</UpdateHealthCheckRequest>");
  }
  static std::string Config(const Response& response, const std::string& field) {
    return TextAt(response, {"HealthCheck", "HealthCheckConfig", field});
  }

  const std::string kHttp =
      "<Type>HTTP</Type><FullyQualifiedDomainName>a.example.com</FullyQualifiedDomainName>";
};

TEST_F(HealthCheckTest, DefaultsAreThoseOfAws) {
  const Response response = Create(kHttp);
  EXPECT_EQ(response.status, 201);
  EXPECT_TRUE(response.headers.Get("Location")
                  .starts_with("https://route53.amazonaws.com/2013-04-01/healthcheck/"));
  for (const auto& [field, value] :
       std::vector<std::pair<std::string, std::string>>{{"Port", "80"},
                                                        {"RequestInterval", "30"},
                                                        {"FailureThreshold", "3"},
                                                        {"MeasureLatency", "false"},
                                                        {"Inverted", "false"},
                                                        {"Disabled", "false"},
                                                        {"EnableSNI", "false"}})
    EXPECT_EQ(Config(response, field), value) << field;
  EXPECT_EQ(TextAt(response, {"HealthCheck", "HealthCheckVersion"}), "1");
  const Response https = Create(
      "<Type>HTTPS</Type><FullyQualifiedDomainName>a.example.com</FullyQualifiedDomainName>", "s");
  EXPECT_EQ(Config(https, "Port"), "443");
  EXPECT_EQ(Config(https, "EnableSNI"), "true");
}

TEST_F(HealthCheckTest, SameReferenceGivesTheSameCheckOrAnError) {
  const std::string id = CreateId(kHttp, "r");
  EXPECT_EQ(CreateId(kHttp, "r"), id);
  const Response other = Create(kHttp + "<Port>81</Port>");
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(Code(other), "HealthCheckAlreadyExists");
}

TEST_F(HealthCheckTest, RulesOfTheSettings) {
  const std::string fqdn = "<FullyQualifiedDomainName>a.example.com</FullyQualifiedDomainName>";
  for (const std::string& bad : {
           std::string("<Type>HTTP</Type>"),
           std::string("<Type>CLOUDWATCH_METRIC</Type>"),
           std::string("<Type>RECOVERY_CONTROL</Type>"),
           "<Type>TCP</Type>" + fqdn,
           "<Type>TCP</Type><Port>80</Port><ResourcePath>/</ResourcePath>" + fqdn,
           "<Type>HTTP_STR_MATCH</Type>" + fqdn,
           "<Type>HTTP</Type><SearchString>x</SearchString>" + fqdn,
           "<Type>HTTP</Type><Port>0</Port>" + fqdn,
           "<Type>HTTP</Type><Port>65536</Port>" + fqdn,
           "<Type>HTTP</Type><RequestInterval>20</RequestInterval>" + fqdn,
           "<Type>HTTP</Type><FailureThreshold>11</FailureThreshold>" + fqdn,
           "<Type>HTTP</Type><Inverted>maybe</Inverted>" + fqdn,
           "<Type>HTTP</Type><ResourcePath>/" + std::string(255, 'x') + "</ResourcePath>" + fqdn,
           "<Type>HTTP</Type><Regions><Region>us-east-1</Region></Regions>" + fqdn,
           "<Type>HTTP</Type><Regions><Region>a</Region><Region>b</Region><Region>c</Region>"
           "</Regions>" +
               fqdn,
           std::string(
               "<Type>HTTP</Type><FullyQualifiedDomainName>a..b</FullyQualifiedDomainName>"),
           std::string("<Type>HTTP</Type><IPAddress>127.0.0.1</IPAddress>"),
           std::string("<Type>HTTP</Type><IPAddress>10.0.0.1</IPAddress>"),
           std::string("<Type>HTTP</Type><IPAddress>::1</IPAddress>"),
           std::string("<Type>HTTP</Type><IPAddress>1.2.3</IPAddress>"),
           "<Type>HTTP</Type><ChildHealthChecks><ChildHealthCheck>x</ChildHealthCheck>"
           "</ChildHealthChecks>" +
               fqdn,
           std::string("<Type>CALCULATED</Type><ChildHealthChecks><ChildHealthCheck>x"
                       "</ChildHealthCheck></ChildHealthChecks>"),
           "<Type>CALCULATED</Type>" + fqdn,
       }) {
    const Response response = Create(bad);
    EXPECT_EQ(response.status, 400) << bad;
    EXPECT_EQ(Code(response), "InvalidInput") << bad;
  }
  EXPECT_EQ(Create("<Type>HTTP</Type><IPAddress>8.8.8.8</IPAddress>").status, 201);
  EXPECT_EQ(TextAt(Send("GET", "/healthcheckcount"), {"HealthCheckCount"}), "1");
}

TEST_F(HealthCheckTest, UpdateRaisesTheVersionAndHonoursItsGuard) {
  const std::string id = CreateId(kHttp + "<ResourcePath>/h</ResourcePath>", "r");
  const Response updated =
      Update(id,
             "<HealthCheckVersion>1</HealthCheckVersion><FailureThreshold>1</FailureThreshold>"
             "<ResetElements><ResettableElementName>ResourcePath</ResettableElementName>"
             "</ResetElements>");
  EXPECT_EQ(updated.status, 200);
  EXPECT_EQ(Config(updated, "FailureThreshold"), "1");
  EXPECT_EQ(Config(updated, "ResourcePath"), "");
  EXPECT_EQ(TextAt(updated, {"HealthCheck", "HealthCheckVersion"}), "2");
  const Response guarded = Update(id, "<HealthCheckVersion>1</HealthCheckVersion>");
  EXPECT_EQ(guarded.status, 409);
  EXPECT_EQ(Code(guarded), "HealthCheckVersionMismatch");
  EXPECT_EQ(Code(Update(id, "<IPAddress>127.0.0.1</IPAddress>")), "InvalidInput");
  EXPECT_EQ(Code(Update("none", "")), "NoSuchHealthCheck");
  Reopen();
  EXPECT_EQ(TextAt(Send("GET", "/healthcheck/" + id), {"HealthCheck", "HealthCheckVersion"}), "2");
}

TEST_F(HealthCheckTest, CalculatedChecksHoldTheirChildren) {
  const std::string child = CreateId(kHttp, "child");
  const Response parent = Create(
      "<Type>CALCULATED</Type><HealthThreshold>1</HealthThreshold><ChildHealthChecks>"
      "<ChildHealthCheck>" +
          child + "</ChildHealthCheck></ChildHealthChecks>",
      "parent");
  EXPECT_EQ(parent.status, 201);
  const std::string id = TextAt(parent, {"HealthCheck", "Id"});
  EXPECT_EQ(Config(parent, "HealthThreshold"), "1");
  EXPECT_EQ(Code(Send("DELETE", "/healthcheck/" + child)), "HealthCheckInUse");
  EXPECT_EQ(Code(Send("GET", "/healthcheck/" + id + "/status")), "InvalidInput");
  EXPECT_EQ(Code(Update(id, "<ChildHealthChecks><ChildHealthCheck>" + id +
                                "</ChildHealthCheck></ChildHealthChecks>")),
            "InvalidInput");
  EXPECT_EQ(Send("DELETE", "/healthcheck/" + id).status, 200);
  EXPECT_EQ(Send("DELETE", "/healthcheck/" + child).status, 200);
  EXPECT_EQ(Code(Send("GET", "/healthcheck/" + child)), "NoSuchHealthCheck");
  EXPECT_EQ(Code(Send("DELETE", "/healthcheck/" + child)), "NoSuchHealthCheck");
}

TEST_F(HealthCheckTest, EachTypeTakesItsSettingsOnly) {
  const std::string threshold = "<HealthThreshold>1</HealthThreshold>";
  const std::string calculated = "<Type>CALCULATED</Type>";
  const auto message = [&](const Response& response) {
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(Code(response), "InvalidInput");
    return Message(response);
  };
  EXPECT_EQ(message(Create(calculated)),
            "Invalid parameter : Calculated health checks must have a health threshold specified.");
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"IPAddress", "8.8.8.8"},
           {"Port", "80"},
           {"ResourcePath", "/"},
           {"FullyQualifiedDomainName", "a.example.com"},
           {"SearchString", "x"},
           {"MeasureLatency", "true"},
           {"EnableSNI", "true"}}) {
    const std::string element = "<" + name + ">" + value + "</" + name + ">";
    EXPECT_EQ(message(Create(calculated + threshold + element)),
              "Invalid parameter : Calculated health checks can not have " + name + " specified.");
  }
  EXPECT_EQ(message(Create(kHttp + threshold)),
            "Invalid parameter : Only calculated health checks can have HealthThreshold "
            "specified.");
  for (const char* name : {"EndpointType", "HealthCheckSourceId", "AlarmIdentifier",
                           "InsufficientDataHealthStatus", "RoutingControlArn"}) {
    EXPECT_EQ(
        message(Create(kHttp + "<" + name + ">x</" + name + ">")),
        std::string(name) + " is not supported by Lifeboat (docs/compatibility.md lists what is)");
  }
  for (const char* text : {"a b", "a\nb", "a\rb"}) {
    message(Create(kHttp + "<ResourcePath>/" + text + "</ResourcePath>"));
    message(Create(std::string("<Type>HTTP</Type><FullyQualifiedDomainName>") + text +
                   "</FullyQualifiedDomainName>"));
  }
  const std::string id = CreateId(kHttp, "http");
  message(Update(id, threshold));
  message(Update(id, "<EndpointType>PRIVATE</EndpointType>"));
  message(Update(id,
                 "<ResetElements><ResettableElementName>Port</ResettableElementName>"
                 "</ResetElements>"));
  EXPECT_EQ(Update(id, "<ResourcePath>/ok</ResourcePath>").status, 200);
}

TEST_F(HealthCheckTest, ChildrenMakeNoCircle) {
  const auto parent_of = [](const std::string& child) {
    return "<ChildHealthChecks><ChildHealthCheck>" + child +
           "</ChildHealthCheck></ChildHealthChecks>";
  };
  const std::string type = "<Type>CALCULATED</Type><HealthThreshold>1</HealthThreshold>";
  const std::string leaf = CreateId(kHttp, "leaf");
  const std::string a = CreateId(type + parent_of(leaf), "a");
  const std::string b = CreateId(type + parent_of(a), "b");
  const std::string c = CreateId(type + parent_of(b), "c");
  for (const std::string& child : {a, b, c}) {
    EXPECT_EQ(Message(Update(a, parent_of(child))),
              "Invalid parameter : A health check can not be among its own children.");
  }
  EXPECT_EQ(Update(c, parent_of(a)).status, 200);
}

TEST_F(HealthCheckTest, ListInPages) {
  for (int i = 0; i < 3; ++i) Create(kHttp, std::to_string(i));
  const Response page = Send("GET", "/healthcheck?maxitems=2");
  EXPECT_EQ(TextAt(page, {"IsTruncated"}), "true");
  const Response rest = Send("GET", "/healthcheck?marker=" + TextAt(page, {"NextMarker"}));
  EXPECT_EQ(TextAt(rest, {"IsTruncated"}), "false");
  EXPECT_NE(TextAt(rest, {"HealthChecks", "HealthCheck", "Id"}), "");
}

TEST_F(HealthCheckTest, StatusAndLastFailureComeFromTheNameServer) {
  const std::string id = CreateId(kHttp, "r");
  const std::string path = "/healthcheck/" + id;
  EXPECT_EQ(Send("GET", path + "/status").body.find("<HealthCheckObservation>"), std::string::npos);
  http::Request report;
  report.method = "POST";
  report.target = "/_lifeboat/route53/observations";
  report.body = R"({"server":"nameserver","checks":{")" + id +
                R"(":[{"region":"us-east-1","ip_address":"15.177.2.10",)"
                R"("text":"Success: HTTP Status Code 200, OK","at_ms":1800000000123,)"
                R"("failure_text":"Failure: x","failure_at_ms":1700000000000}]}})";
  int status = 0;
  service->HandlePeer(report, [&](Response response) { status = response.status; });
  EXPECT_EQ(status, 204);
  const Response seen = Send("GET", path + "/status");
  const std::vector<std::string> observation = {"HealthCheckObservations",
                                                "HealthCheckObservation"};
  const auto at = [&](const Response& response, std::vector<std::string> more) {
    std::vector<std::string> all = observation;
    all.insert(all.end(), more.begin(), more.end());
    return TextAt(response, all);
  };
  EXPECT_EQ(at(seen, {"Region"}), "us-east-1");
  EXPECT_EQ(at(seen, {"IPAddress"}), "15.177.2.10");
  EXPECT_EQ(at(seen, {"StatusReport", "Status"}), "Success: HTTP Status Code 200, OK");
  EXPECT_EQ(at(seen, {"StatusReport", "CheckedTime"}), "2027-01-15T08:00:00.123Z");
  EXPECT_EQ(at(Send("GET", path + "/lastfailurereason"), {"StatusReport", "Status"}), "Failure: x");
  EXPECT_EQ(Code(Send("GET", "/healthcheck/none/status")), "NoSuchHealthCheck");
  report.body = "[]";
  service->HandlePeer(report, [&](Response response) { status = response.status; });
  EXPECT_EQ(status, 400);
}

TEST_F(HealthCheckTest, CheckerIpRanges) {
  EXPECT_EQ(TextAt(Send("GET", "/checkeripranges"), {"CheckerIpRanges", "member"}),
            "15.177.0.0/18");
}

}  // namespace
}  // namespace lifeboat::route53
