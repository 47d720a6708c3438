// Regional custom domain names. An edge-optimised one would need a front in all regions: refused.
#include <algorithm>
#include <cctype>

#include "apigateway/api/operations.h"
#include "apigateway/errors.h"
#include "base/bytes.h"
#include "base/ids.h"

namespace lifeboat::apigateway {
namespace {

using Done = http::AwsResult<void>;

bool IsDomainName(std::string_view name) {
  if (name.size() > 253 || name.find('.') == std::string_view::npos) return false;
  for (const std::string_view label : Split(name, '.')) {
    const bool good = !label.empty() && label.size() <= 63 &&
                      std::all_of(label.begin(), label.end(), [](unsigned char c) {
                        return std::isalnum(c) || c == '-' || c == '_';
                      });
    if (!good) return false;
  }
  return true;
}

/// The region is the fourth part of an ARN.
Done CheckCertificate(const Core& core, const CertificateSource& certificates,
                      const DomainName& domain) {
  const std::string& arn = domain.certificate_arn;
  const std::vector<std::string_view> parts = Split(arn, ':');
  if (parts.size() < 6 || parts[3] != core.options().region) {
    return BadRequest(fmt::format("Invalid certificate ARN: {}. Certificate must be in '{}'.", arn,
                                  core.options().region));
  }
  const auto certificate = certificates.Find(arn);
  if (!certificate) return BadRequest("The provided certificate does not exist.");
  if (!Covers(certificate->names, domain.name)) {
    return BadRequest(
        fmt::format("The domain name {} is not covered by the certificate provided.", domain.name));
  }
  return {};
}

Done ReadDomain(const json::Value& body, DomainName& domain) {
  domain.name = ToLower(body.GetString("domainName"));
  if (!IsDomainName(domain.name)) return BadRequest("Invalid domain name specified");
  Done refused = RefuseMembers(
      body, {"mutualTlsAuthentication", "ownershipVerificationCertificateArn", "certificateBody",
             "certificatePrivateKey", "certificateChain", "policy"});
  if (!refused.ok()) return refused;
  std::string type = "EDGE";
  if (Done read = ReadEndpointType(body, type); !read.ok()) return read;
  domain.certificate_arn = body.GetString("regionalCertificateArn");
  if (type == "EDGE") {
    if (body.GetString("certificateArn").empty()) {
      return BadRequest("A certificate was not provided for the endpoint type EDGE.");
    }
    return NotSupported("A custom domain name of endpoint type EDGE");
  }
  if (domain.certificate_arn.empty()) {
    return BadRequest("A certificate was not provided for the endpoint type REGIONAL.");
  }
  const std::string& policy = body.GetString("securityPolicy");
  if (!policy.empty()) domain.security_policy = policy;
  if (domain.security_policy != "TLS_1_2") {
    return NotSupported("Security policy " + domain.security_policy);
  }
  domain.tags = ToMap(body.Find("tags"));
  return {};
}

}  // namespace

void CreateDomainName(Core& core, const Call& call, Answer answer) {
  DomainName domain;
  if (const Done read = ReadDomain(call.body, domain); !read.ok()) return answer(read.error());
  if (core.catalog().FindDomain(domain.name)) {
    return answer(BadRequest("The domain name you provided already exists."));
  }
  if (core.catalog().domains().size() >= kMaxDomainNames) {
    return answer(LimitExceeded("DomainNames", kMaxDomainNames));
  }
  const Done checked = CheckCertificate(core, core.dependencies().certificates, domain);
  if (!checked.ok()) return answer(checked.error());
  domain.regional_name = "d-" + NewId(core.prng(), 10, kLowerAlnum) + core.host_suffix();
  domain.uploaded_at = core.now();
  http::Response response = JsonResponse(201, domain.ToAnswer(core.HostedZoneId()));
  core.Store(std::move(domain), AnswerWith(std::move(response), std::move(answer)));
}

void GetDomainName(Core& core, const Call& call, Answer answer) {
  const auto domain = core.FindDomain(call.path[0]);
  if (!domain.ok()) return answer(domain.error());
  answer(JsonResponse(200, (*domain)->ToAnswer(core.HostedZoneId())));
}

void GetDomainNames(Core& core, const Call& call, Answer answer) {
  std::vector<json::Value> all;
  for (const auto& [name, domain] : core.catalog().domains()) {
    all.push_back(domain.ToAnswer(core.HostedZoneId()));
  }
  answer(PageResponse(all, call.query));
}

void DeleteDomainName(Core& core, const Call& call, Answer answer) {
  const auto domain = core.FindDomain(call.path[0]);
  if (!domain.ok()) return answer(domain.error());
  core.DeleteDomain((*domain)->name, AnswerWith(EmptyResponse(202), std::move(answer)));
}

}  // namespace lifeboat::apigateway
