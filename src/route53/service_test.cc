// The control plane through its API: each operation, each error, and what a restart keeps.
#include "route53/service.h"

#include <gtest/gtest.h>

#include "json/value.h"
#include "route53/snapshot.h"
#include "route53/test_world.h"

namespace lifeboat::route53 {
namespace {

using http::Response;

class ServiceTest : public ::testing::Test, protected TestWorld {
 protected:
  void ExpectError(const Response& response, int status, std::string_view code,
                   std::string_view message = "") {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(Code(response), code) << response.body;
    if (!message.empty()) {
      EXPECT_EQ(Message(response), message);
    }
    EXPECT_EQ(TextAt(response, {"Error", "Type"}), "Sender");
    EXPECT_NE(TextAt(response, {"RequestId"}), "");
  }

  /// Sends a batch that must be refused with exactly these messages, and changes nothing.
  void ExpectRefused(const std::string& zone, const std::string& changes,
                     const std::string& messages) {
    const std::string before = List(zone);
    ExpectError(Change(zone, changes), 400, "InvalidChangeBatch", "[" + messages + "]");
    EXPECT_EQ(List(zone), before);
  }
  void ExpectChanged(const std::string& zone, const std::string& changes) {
    const Response response = Change(zone, changes);
    EXPECT_EQ(response.status, 200) << response.body;
  }
  std::string List(const std::string& zone, const std::string& query = "") {
    return Send("GET", "/hostedzone/" + zone + "/rrset" + query).body;
  }
  size_t Count(const std::string& text, std::string_view what) {
    size_t count = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
      ++count;
    return count;
  }
  std::string ChangeStatus(const Response& changed) {
    return TextAt(Send("GET", TextAt(changed, {"ChangeInfo", "Id"})), {"ChangeInfo", "Status"});
  }
  Snapshot CurrentSnapshot() {
    const auto answer = Poll({});
    return DecodeSnapshot((**answer).body).value();
  }
};

TEST_F(ServiceTest, CreateHostedZoneAnswersAsAws) {
  const Response response =
      Send("POST", "/hostedzone",
           "<?xml version=\"1.0\"?><CreateHostedZoneRequest "
           "xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Name>Example.COM</Name>"
           "<CallerReference>r</CallerReference><HostedZoneConfig><Comment>a &amp; b</Comment>"
           "</HostedZoneConfig></CreateHostedZoneRequest>");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.headers.Get("Content-Type"), "text/xml");
  const std::string id = TextAt(response, {"HostedZone", "Id"});
  EXPECT_TRUE(id.starts_with("/hostedzone/Z"));
  EXPECT_EQ(response.headers.Get("Location"), "https://route53.amazonaws.com/2013-04-01" + id);
  EXPECT_EQ(TextAt(response, {"HostedZone", "Name"}), "example.com.");
  EXPECT_EQ(TextAt(response, {"HostedZone", "Config", "Comment"}), "a & b");
  EXPECT_EQ(TextAt(response, {"HostedZone", "Config", "PrivateZone"}), "false");
  EXPECT_EQ(TextAt(response, {"HostedZone", "ResourceRecordSetCount"}), "2");
  EXPECT_EQ(TextAt(response, {"ChangeInfo", "Status"}), "PENDING");
  EXPECT_TRUE(TextAt(response, {"ChangeInfo", "Id"}).starts_with("/change/C"));
  EXPECT_EQ(Count(response.body, "<NameServer>ns-"), 4u);
  EXPECT_NE(response.body.find("xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\""),
            std::string::npos);

  const std::string records = List(id.substr(12));
  EXPECT_NE(records.find("<TTL>172800</TTL>"), std::string::npos);
  EXPECT_NE(records.find("awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400</Value>"),
            std::string::npos);
}

TEST_F(ServiceTest, CreateHostedZoneErrors) {
  CreateZone("example.com", "r");
  const auto create = [&](const std::string& fields) {
    return Send("POST", "/hostedzone",
                "<CreateHostedZoneRequest>" + fields + "</CreateHostedZoneRequest>");
  };
  ExpectError(create("<Name>b.com</Name><CallerReference>r</CallerReference>"), 409,
              "HostedZoneAlreadyExists");
  ExpectError(create("<Name>b..com</Name><CallerReference>s</CallerReference>"), 400,
              "InvalidDomainName");
  ExpectError(create("<Name>b.com</Name>"), 400, "InvalidInput");
  ExpectError(create("<Name>b.com</Name><CallerReference>s</CallerReference><VPC/>"), 400,
              "InvalidInput");
  ExpectError(Send("POST", "/hostedzone", "<CreateHosted"), 400, "MalformedInput");
  ExpectError(Send("POST", "/hostedzone", "<Other/>"), 400, "MalformedInput");
  EXPECT_NE(CreateZone("example.com", "another zone of this name"), "");
}

TEST_F(ServiceTest, HostedZonesAreListedCountedCommentedAndDeleted) {
  std::vector<std::string> ids;
  for (const char* name : {"b.com", "a.com", "c.org"}) ids.push_back(CreateZone(name, name));
  EXPECT_EQ(TextAt(Send("GET", "/hostedzonecount"), {"HostedZoneCount"}), "3");
  EXPECT_EQ(Count(Send("GET", "/hostedzone").body, "<HostedZone>"), 3u);

  const Response page = Send("GET", "/hostedzone?maxitems=2");
  EXPECT_EQ(TextAt(page, {"IsTruncated"}), "true");
  EXPECT_EQ(TextAt(page, {"MaxItems"}), "2");
  const Response rest = Send("GET", "/hostedzone?marker=" + TextAt(page, {"NextMarker"}));
  EXPECT_EQ(Count(rest.body, "<HostedZone>"), 1u);
  EXPECT_EQ(TextAt(rest, {"IsTruncated"}), "false");

  const Response by_name = Send("GET", "/hostedzonesbyname?dnsname=b.com&maxitems=1");
  EXPECT_EQ(TextAt(by_name, {"HostedZones", "HostedZone", "Name"}), "b.com.");
  EXPECT_EQ(TextAt(by_name, {"NextDNSName"}), "c.org.");
  EXPECT_EQ(TextAt(by_name, {"NextHostedZoneId"}), ids[2]);
  ExpectError(Send("GET", "/hostedzonesbyname?hostedzoneid=Z"), 400, "InvalidInput");
  ExpectError(Send("GET", "/hostedzone?maxitems=none"), 400, "InvalidInput");

  Send("POST", "/hostedzone/" + ids[0],
       "<UpdateHostedZoneCommentRequest><Comment>new</Comment></UpdateHostedZoneCommentRequest>");
  EXPECT_EQ(TextAt(Send("GET", "/hostedzone/" + ids[0]), {"HostedZone", "Config", "Comment"}),
            "new");

  ExpectChanged(ids[0], RecordChange("CREATE", "x.b.com", "A", {"192.0.2.1"}));
  ExpectError(Send("DELETE", "/hostedzone/" + ids[0]), 400, "HostedZoneNotEmpty",
              "The hosted zone contains resource records that are not SOA or NS records.");
  ExpectChanged(ids[0], RecordChange("DELETE", "x.b.com", "A", {"192.0.2.1"}));
  EXPECT_EQ(Send("DELETE", "/hostedzone/" + ids[0]).status, 200);
  ExpectError(Send("GET", "/hostedzone/" + ids[0]), 404, "NoSuchHostedZone",
              "No hosted zone found with ID: " + ids[0]);
  ExpectError(Send("DELETE", "/hostedzone/ZNONE"), 404, "NoSuchHostedZone");
  ExpectError(Send("GET", "/hostedzone/ZNONE/rrset"), 404, "NoSuchHostedZone");
}

TEST_F(ServiceTest, BatchMessages) {
  const std::string zone = CreateZone("example.com");
  ExpectChanged(zone, RecordChange("CREATE", "a.example.com", "A", {"192.0.2.1", "192.0.2.2"}) +
                          RecordChange("CREATE", "c.example.com", "CNAME", {"a.example.com"}));
  ExpectRefused(zone, RecordChange("CREATE", "a.example.com", "A", {"192.0.2.3"}),
                "Tried to create resource record set [name='a.example.com.', type='A'] but it "
                "already exists");
  ExpectRefused(zone, RecordChange("DELETE", "b.example.com", "A", {"192.0.2.3"}),
                "Tried to delete resource record set [name='b.example.com.', type='A'] but it was "
                "not found");
  ExpectRefused(zone, RecordChange("DELETE", "a.example.com", "A", {"192.0.2.1"}),
                "Tried to delete resource record set [name='a.example.com.', type='A'] but the "
                "values provided do not match the current values");
  ExpectRefused(zone, RecordChange("CREATE", "a.example.org", "A", {"192.0.2.3"}),
                "RRSet with DNS name a.example.org. is not permitted in zone example.com.");
  ExpectRefused(zone, RecordChange("CREATE", "c.example.com", "A", {"192.0.2.3"}),
                "RRSet of type A with DNS name c.example.com. is not permitted because a "
                "conflicting RRSet of type CNAME with the same DNS name already exists in zone "
                "example.com.");
  ExpectRefused(zone, RecordChange("CREATE", "a.example.com", "CNAME", {"b.example.com"}),
                "RRSet of type CNAME with DNS name a.example.com. is not permitted as it conflicts "
                "with other records with the same DNS name in zone example.com.");
  ExpectRefused(zone, RecordChange("CREATE", "example.com", "CNAME", {"b.example.com"}),
                "RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone "
                "example.com.");
  ExpectRefused(zone, RecordChange("CREATE", "d.example.com", "A", {"192.0.2.3", "192.0.2.3"}),
                "Duplicate Resource Record: '192.0.2.3'");
  ExpectRefused(zone, RecordChange("CREATE", "d.example.com", "A", {"1.2.3"}),
                "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not "
                "a valid IPv4 address) encountered with '1.2.3''");
  ExpectRefused(zone, RecordChange("CREATE", "d.example.com", "TXT", {"bare"}),
                "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be "
                "enclosed in quotation marks) encountered with 'bare''");
  ExpectChanged(zone, RecordChange("DELETE", "A.Example.Com.", "A", {"192.0.2.2", "192.0.2.1"}));
}

TEST_F(ServiceTest, BatchIsAllOrNothingAndSaysAllThatIsWrong) {
  const std::string zone = CreateZone("example.com");
  ExpectRefused(zone,
                RecordChange("CREATE", "good.example.com", "A", {"192.0.2.1"}) +
                    RecordChange("DELETE", "x.example.com", "A", {"192.0.2.1"}) +
                    RecordChange("DELETE", "y.example.com", "A", {"192.0.2.1"}),
                "Tried to delete resource record set [name='x.example.com.', type='A'] but it was "
                "not found, Tried to delete resource record set [name='y.example.com.', type='A'] "
                "but it was not found");
  // In order: a type can be replaced within one batch.
  ExpectChanged(zone, RecordChange("CREATE", "x.example.com", "CNAME", {"a.example.com"}));
  ExpectChanged(zone, RecordChange("DELETE", "x.example.com", "CNAME", {"a.example.com"}) +
                          RecordChange("CREATE", "x.example.com", "A", {"192.0.2.1"}));
}

TEST_F(ServiceTest, ApexRecordsMayBeReplacedButNotDeleted) {
  const std::string zone = CreateZone("example.com");
  ExpectChanged(zone, RecordChange("UPSERT", "example.com", "NS", {"ns1.example.org."}));
  ExpectRefused(zone, RecordChange("DELETE", "example.com", "NS", {"ns1.example.org."}),
                "A HostedZone must contain at least one NS record for the zone itself.");
  ExpectRefused(zone, RecordChange("CREATE", "sub.example.com", "SOA", {"a. b. 1 1 1 1 1"}),
                "RRSet of type SOA with DNS name sub.example.com. is not permitted in zone "
                "example.com.");
}

TEST_F(ServiceTest, BatchLimits) {
  const std::string zone = CreateZone("example.com");
  std::string changes;
  for (int i = 0; i < 501; ++i)
    changes += RecordChange("UPSERT", "h" + std::to_string(i) + ".example.com", "A", {"192.0.2.1"});
  ExpectRefused(zone, changes, "Number of records limit of 1000 exceeded.");
  std::string text;
  for (int i = 0; i < 13; ++i) text += "\"" + std::string(250, 'x') + "\" ";
  changes.clear();
  for (int i = 0; i < 10; ++i)
    changes += RecordChange("CREATE", "t" + std::to_string(i) + ".example.com", "TXT", {text});
  ExpectRefused(zone, changes, "Number of characters limit of 32000 exceeded.");
}

TEST_F(ServiceTest, MalformedChangesAreInvalidInput) {
  const std::string zone = CreateZone("example.com");
  ExpectError(Change(zone, RecordChange("REPLACE", "a.example.com", "A", {"192.0.2.1"})), 400,
              "InvalidInput",
              "Invalid XML ; cvc-enumeration-valid: Value 'REPLACE' is not facet-valid with "
              "respect to enumeration '[CREATE, DELETE, UPSERT]'. It must be a value from the "
              "enumeration.");
  ExpectError(Change(zone, RecordChange("CREATE", "a.example.com", "A", {})), 400, "InvalidInput",
              "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and "
              "ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with "
              "[Action=CREATE, Name=a.example.com., Type=A, SetIdentifier=null]");
  ExpectError(Change(zone, RecordChange("CREATE", "a.example.com", "A", {"192.0.2.1"},
                                        "<Failover>PRIMARY</Failover>")),
              400, "InvalidInput",
              "Invalid request: Missing field 'SetIdentifier' in Change with [Action=CREATE, "
              "Name=a.example.com., Type=A, SetIdentifier=null]");
  for (const std::string policy : {"<Weight>1</Weight>", "<Region>us-east-1</Region>",
                                   "<MultiValueAnswer>true</MultiValueAnswer>",
                                   "<GeoLocation><CountryCode>*</CountryCode></GeoLocation>"}) {
    const Response refused =
        Change(zone, RecordChange("CREATE", "a.example.com", "A", {"192.0.2.1"},
                                  "<SetIdentifier>x</SetIdentifier>" + policy));
    ExpectError(refused, 400, "InvalidInput");
    EXPECT_NE(Message(refused).find("is not supported by Lifeboat"), std::string::npos);
  }
  ExpectError(Change(zone, RecordChange("CREATE", "a.example.com", "A", {"192.0.2.1"},
                                        "<SetIdentifier>x</SetIdentifier>")),
              400, "InvalidInput");
  ExpectError(Change(zone, RecordChange("CREATE", "a.example.com", "HTTPS", {"1 ."})), 400,
              "InvalidInput");
  ExpectError(Change(zone, ""), 400, "InvalidInput");
  ExpectError(Change("ZNONE", ""), 404, "NoSuchHostedZone");
}

TEST_F(ServiceTest, MalformedNamesAndValuesAreFatalProblems) {
  const std::string zone = CreateZone("example.com", "r");
  const std::string label(64, 'x');
  const auto fatal = [](const std::string& problem, const std::string& text) {
    return "Invalid Resource Record: 'FATAL problem: " + problem + " encountered with '" + text +
           "''";
  };
  const std::string long_label = "DomainLabelTooLong (Domain label is too long)";
  std::string long_name = "example.com";
  for (int i = 0; i < 5; ++i) long_name = std::string(60, 'x') + "." + long_name;
  const std::pair<std::string, std::string> names[] = {
      {label + ".example.com", long_label},
      {"a..example.com", "DomainLabelEmpty (Domain label is empty)"},
      {long_name, "DomainNameTooLong (Domain name is too long)"},
      {"a\\", "TrailingEscape (Value ends in an incomplete escape code)"},
      {"a\\9.example.com", "InvalidEscapeCode (Value contains an invalid escape code)"},
  };
  for (const auto& [name, problem] : names) {
    ExpectRefused(zone, RecordChange("CREATE", name, "A", {"192.0.2.1"}), fatal(problem, name));
  }
  const std::string text = "\"" + std::string(256, 'x') + "\"";
  const std::tuple<std::string, std::string, std::string> values[] = {
      {"CNAME", label + ".example.com", long_label},
      {"CNAME", "a..b", "DomainLabelEmpty (Domain label is empty)"},
      {"NS", label + ".", long_label},
      {"MX", "10 " + label + ".", long_label},
      {"MX", "10", "MXRRDATANotTwoFields (MX record doesn't have 2 fields)"},
      {"MX", "10 a. b.", "MXRRDATANotTwoFields (MX record doesn't have 2 fields)"},
      {"SRV", "1 2 3", "SRVRRDATANotFourFields (SRV record doesn't have 4 fields)"},
      {"CAA", "0 issue", "CAARRDATANotThreeFields (CAA record doesn't have 3 fields)"},
      {"TXT", text, "CharacterStringTooLong (Value is too long)"},
      {"TXT", "\"a", "InvalidCharacterString (Value should be enclosed in quotation marks)"},
      {"TXT", "a", "InvalidCharacterString (Value should be enclosed in quotation marks)"},
      {"MX", "70000 a.", "UnsupportedCharacter (Value contains unsupported characters)"},
  };
  for (const auto& [type, value, problem] : values) {
    std::string escaped = value;
    ExpectRefused(zone, RecordChange("CREATE", "a.example.com", type, {escaped}),
                  fatal(problem, value));
  }
}

TEST_F(ServiceTest, AliasRules) {
  const std::string zone = CreateZone("example.com");
  const std::string east = "Z1UJRXOUMOOFQ8";
  const auto refused = [](const std::string& target, const std::string& zone_id,
                          const std::string& why) {
    return "Tried to create an alias that targets " + target + "., type A in zone " + zone_id +
           ", but " + why;
  };
  const std::string not_within = "the alias target name does not lie within the target zone";
  const std::string not_found = "that target was not found";
  const std::string regional = "d-abcdefghij.execute-api.us-east-1.amazonaws.com";

  ExpectChanged(zone, AliasChange("CREATE", "api.example.com", east, regional));
  EXPECT_EQ(Count(List(zone), "<TTL>"), 2u) << "an alias has no TTL";
  // The other region's name, the API's own host, CloudFront's zone, a zone nobody knows.
  const std::string other = "d-abcdefghij.execute-api.us-west-2.amazonaws.com";
  ExpectRefused(zone, AliasChange("CREATE", "b.example.com", east, other),
                refused(other, east, not_within) + ", " + refused(other, east, not_found));
  const std::string plain = "abcdefghij.execute-api.us-east-1.amazonaws.com";
  ExpectRefused(zone, AliasChange("CREATE", "b.example.com", east, plain),
                refused(plain, east, not_found));
  ExpectRefused(zone, AliasChange("CREATE", "b.example.com", "Z2FDTNDATAQYW2", regional),
                refused(regional, "Z2FDTNDATAQYW2", not_within) + ", " +
                    refused(regional, "Z2FDTNDATAQYW2", not_found));
  ExpectRefused(
      zone, AliasChange("CREATE", "b.example.com", "ZNONE", regional),
      refused(regional, "ZNONE", not_within) + ", " + refused(regional, "ZNONE", not_found));
  // Inside the zone: of the same type, and there when the batch is done.
  ExpectRefused(zone, AliasChange("CREATE", "b.example.com", zone, "x.example.com"),
                refused("x.example.com", zone, not_found));
  ExpectChanged(zone, AliasChange("CREATE", "b.example.com", zone, "x.example.com") +
                          RecordChange("CREATE", "x.example.com", "A", {"192.0.2.1"}));
  ExpectRefused(zone, AliasChange("CREATE", "y.example.com", zone, "y.example.com"),
                refused("y.example.com", zone, not_found));
}

TEST_F(ServiceTest, FailoverRules) {
  const std::string zone = CreateZone("example.com");
  const auto record = [](const std::string& action, const std::string& id, const std::string& role,
                         const std::string& check = "") {
    return RecordChange(action, "f.example.com", "A", {"192.0.2.1"},
                        FailoverFields(id, role, check));
  };
  ExpectError(Change(zone, record("CREATE", "a", "PRIMARY", "nope")), 404, "NoSuchHealthCheck",
              "A health check with id nope does not exist.");
  ExpectChanged(zone, record("CREATE", "a", "PRIMARY") + record("CREATE", "b", "SECONDARY"));
  ExpectRefused(zone, record("CREATE", "a", "PRIMARY"),
                "Tried to create resource record set [name='f.example.com.', type='A', "
                "set-identifier='a'] but it already exists");
  EXPECT_EQ(Change(zone, record("CREATE", "c", "PRIMARY")).status, 400);
  EXPECT_EQ(Change(zone, RecordChange("CREATE", "f.example.com", "A", {"192.0.2.9"})).status, 400);
  // A swap by a plain pair of UPSERTs is refused; deleting and creating works.
  EXPECT_EQ(
      Change(zone, record("UPSERT", "a", "SECONDARY") + record("UPSERT", "b", "PRIMARY")).status,
      400);
  ExpectChanged(zone, record("DELETE", "a", "PRIMARY") + record("DELETE", "b", "SECONDARY") +
                          record("CREATE", "a", "SECONDARY") + record("CREATE", "b", "PRIMARY"));
}

TEST_F(ServiceTest, RecordsAreListedInPagesByReversedName) {
  const std::string zone = CreateZone("example.com");
  std::string changes;
  for (const char* name : {"b.example.com", "a.b.example.com", "*.example.com", "0.example.com"})
    changes += RecordChange("CREATE", name, "A", {"192.0.2.1"});
  ExpectChanged(zone, changes + RecordChange("CREATE", "b.example.com", "TXT", {"\"x\""}));
  const std::vector<std::string> order = {"example.com.",       "example.com.",   "0.example.com.",
                                          "\\052.example.com.", "b.example.com.", "b.example.com.",
                                          "a.b.example.com."};
  std::string query = "?maxitems=2";
  std::vector<std::string> seen;
  while (true) {
    const Response page = Send("GET", "/hostedzone/" + zone + "/rrset" + query);
    const XmlElement root = ParseXml(page.body, "ListResourceRecordSetsResponse").value();
    for (const XmlElement& set : root.Find("ResourceRecordSets")->children)
      seen.emplace_back(set.Get("Name"));
    EXPECT_EQ(root.Get("MaxItems"), "2");
    if (root.Get("IsTruncated") == "false") break;
    query = "?maxitems=2&name=" + std::string(root.Get("NextRecordName")) +
            "&type=" + std::string(root.Get("NextRecordType"));
  }
  EXPECT_EQ(seen, order);
  ExpectError(Send("GET", "/hostedzone/" + zone + "/rrset?type=A"), 400, "InvalidInput");
  ExpectError(Send("GET", "/hostedzone/" + zone + "/rrset?name=a&identifier=x"), 400,
              "InvalidInput");
}

TEST_F(ServiceTest, ChangesArePendingUntilTheNameServerHasThemOnDisk) {
  const std::string zone = CreateZone("example.com");
  const Response changed =
      Change(zone, RecordChange("CREATE", "a.example.com", "A", {"192.0.2.1"}));
  EXPECT_EQ(ChangeStatus(changed), "PENDING");
  const Snapshot snapshot = CurrentSnapshot();
  EXPECT_EQ(ChangeStatus(changed), "PENDING");
  Held held = snapshot.held();
  --held.number;
  held.digest = snapshot.previous;
  Poll(held);
  Poll(snapshot.held(), "a-server-that-nobody-registered");
  EXPECT_EQ(ChangeStatus(changed), "PENDING");
  Poll(snapshot.held());
  EXPECT_EQ(ChangeStatus(changed), "INSYNC");
  Reopen();
  EXPECT_EQ(ChangeStatus(changed), "INSYNC") << "never PENDING again";
  ExpectError(Send("GET", "/change/CNONE"), 404, "NoSuchChange");
}

TEST_F(ServiceTest, PollWaitsForNewsOrItsTime) {
  const std::string zone = CreateZone("example.com");
  const Snapshot snapshot = CurrentSnapshot();
  ASSERT_EQ(snapshot.zones.size(), 1u);
  const auto first = Poll(snapshot.held());
  const auto second = Poll(snapshot.held());
  EXPECT_FALSE(*first);
  ExpectChanged(zone, RecordChange("CREATE", "a.example.com", "A", {"192.0.2.1"}));
  ASSERT_TRUE(*first && *second);
  const Snapshot news = DecodeSnapshot((*first)->body).value();
  EXPECT_EQ(news.number, snapshot.number + 1);
  EXPECT_EQ(news.base, snapshot.held());
  EXPECT_EQ(news.previous, snapshot.digest);

  const auto third = Poll(news.held());
  scheduler.Advance(Duration::Seconds(19));
  EXPECT_FALSE(*third);
  scheduler.Advance(Duration::Seconds(1));
  ASSERT_TRUE(*third);
  EXPECT_EQ((*third)->status, 204);
}

TEST_F(ServiceTest, SnapshotIsPublishedOnlyWhenDurable) {
  const std::string zone = CreateZone("example.com");
  const uint64_t number = CurrentSnapshot().number;
  http::Request request;
  request.method = "DELETE";
  request.target = "/2013-04-01/hostedzone/" + zone;
  bool answered = false;
  service->Handle(request, [&](Response) { answered = true; });
  request.target = "/2013-04-01/hostedzonecount";
  request.method = "GET";
  std::string count;
  service->Handle(request, [&](Response r) { count = TextAt(r, {"HostedZoneCount"}); });
  http::Request poll;
  poll.target = "/_lifeboat/route53/snapshot?server=nameserver&epoch=&applied=0&wait_ms=0";
  uint64_t published = 0;
  service->HandlePeer(poll, [&](Response r) { published = DecodeSnapshot(r.body)->number; });
  EXPECT_FALSE(answered);
  EXPECT_EQ(count, "") << "waits behind the commit";
  EXPECT_EQ(published, 0u) << "so does the poll";
  committer.Flush();
  EXPECT_TRUE(answered);
  EXPECT_EQ(count, "0");
  EXPECT_EQ(published, number + 1);
}

TEST_F(ServiceTest, EverythingSurvivesARestart) {
  const std::string zone = CreateZone("example.com");
  ExpectChanged(zone, RecordChange("CREATE", "a.example.com", "TXT", {"\"x &lt; y\""}) +
                          RecordChange("CREATE", "f.example.com", "A", {"192.0.2.1"},
                                       FailoverFields("p/1", "PRIMARY")));
  Send("POST", "/tags/hostedzone/" + zone,
       "<ChangeTagsForResourceRequest><AddTags><Tag><Key>k</Key><Value>v</Value></Tag></AddTags>"
       "</ChangeTagsForResourceRequest>");
  const std::string records = List(zone);
  const Snapshot before = CurrentSnapshot();
  engine.Crash();
  Reopen();
  EXPECT_EQ(List(zone), records);
  const Snapshot after = CurrentSnapshot();
  EXPECT_EQ(after.epoch, before.epoch);
  EXPECT_EQ(after.number, before.number);
  EXPECT_EQ(
      TextAt(Send("GET", "/tags/hostedzone/" + zone), {"ResourceTagSet", "Tags", "Tag", "Value"}),
      "v");
}

TEST_F(ServiceTest, TagsOfZonesAndChecks) {
  const std::string zone = CreateZone("example.com");
  const auto tag = [&](const std::string& path, const std::string& fields) {
    return Send("POST", path,
                "<ChangeTagsForResourceRequest>" + fields + "</ChangeTagsForResourceRequest>");
  };
  const std::string path = "/tags/hostedzone/" + zone;
  EXPECT_EQ(tag(path,
                "<AddTags><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key></Tag>"
                "</AddTags>")
                .status,
            200);
  EXPECT_EQ(tag(path, "<RemoveTagKeys><Key>a</Key></RemoveTagKeys>").status, 200);
  const std::string tags = Send("GET", path).body;
  EXPECT_EQ(Count(tags, "<Tag>"), 1u);
  EXPECT_EQ(Count(Send("POST", "/tags/hostedzone",
                       "<ListTagsForResourcesRequest><ResourceIds><ResourceId>" + zone +
                           "</ResourceId></ResourceIds></ListTagsForResourcesRequest>")
                      .body,
                  "<Tag>"),
            1u);
  ExpectError(tag("/tags/healthcheck/x", ""), 404, "NoSuchHealthCheck");
  ExpectError(tag("/tags/hostedzone/x", ""), 404, "NoSuchHostedZone");
  ExpectError(tag("/tags/other/x", ""), 400, "InvalidInput");
  std::string eleven;
  for (int i = 0; i < 11; ++i) eleven += "<Tag><Key>k" + std::to_string(i) + "</Key></Tag>";
  ExpectError(tag(path, "<AddTags>" + eleven + "</AddTags>"), 400, "InvalidInput");
}

TEST_F(ServiceTest, UnknownPathsAndBadPeersAreRefused) {
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/trafficpolicies"},
                                                        {"PUT", "/hostedzone"},
                                                        {"GET", "/hostedzone//rrset"},
                                                        {"POST", "/hostedzone/Z/associatevpc"},
                                                        {"GET", ""}})
    ExpectError(Send(method, path), 404, "UnknownOperationException");
  for (const std::string target :
       {"/_lifeboat/route53/snapshot", "/_lifeboat/route53/snapshot?server=a&applied=x&wait_ms=1",
        "/_lifeboat/route53/other"}) {
    http::Request request;
    request.target = target;
    int status = 0;
    service->HandlePeer(request, [&](Response response) { status = response.status; });
    EXPECT_GE(status, 400) << target;
  }
}

/// Refuses every batch, as a full disk would.
class FailingCommitter final : public storage::Committer {
 public:
  void Commit(storage::WriteBatch, std::function<void(Status)> done) override {
    done_ = std::move(done);
  }
  uint64_t durable_commit() const override { return 0; }
  void Fail() { std::exchange(done_, nullptr)(Error{ErrorCode::kIo, "disk full"}); }

 private:
  std::function<void(Status)> done_;
};

TEST_F(ServiceTest, AChangeThatTheDiskRefusesNeverHappened) {
  const std::string zone = CreateZone("example.com");
  FailingCommitter failing;
  service = Service::Open({}, {engine, failing, clock, scheduler, prng}).value();
  Poll({});
  Service* broken = service.get();
  http::Request request;
  request.method = "DELETE";
  request.target = "/2013-04-01/hostedzone/" + zone;
  int status = 0;
  broken->Handle(request, [&](Response response) { status = response.status; });
  failing.Fail();
  EXPECT_EQ(status, 500);
  request.method = "GET";
  broken->Handle(request, [&](Response response) { status = response.status; });
  EXPECT_EQ(status, 200) << "the zone is still there";
}

}  // namespace
}  // namespace lifeboat::route53
