// Verifying a signature, in the order in which AWS complains: is there one, is it whole, is its
// date readable and near, does it cover Host, do we know the algorithm, is its scope ours, is the
// key known, and only then the signature and the session token.
#include <algorithm>

#include <fmt/format.h>

#include "auth/canonical.h"
#include "auth/errors.h"
#include "auth/sigv4.h"
#include "base/bytes.h"
#include "base/digest.h"

namespace lifeboat::auth {
namespace {

constexpr Duration kMaxSkew = Duration::Minutes(15);
constexpr uint64_t kMaxPresignedSeconds = 604'800;

/// What a signature says of itself, from the header or from the query. The views are into the
/// request or into its decoded query.
struct Claim {
  std::string_view algorithm;
  std::string_view credential;
  std::string_view signed_headers;
  std::string_view signature;
  std::string_view date_time;
  std::string_view security_token;
  std::optional<uint64_t> expires_s;  ///< Query form only.
  bool in_query = false;
};

// `Credential=a, SignedHeaders=b,Signature=c`, by commas or blanks, after the algorithm. The first
// of a name counts.
void ReadHeaderParts(std::string_view rest, Claim& claim) {
  while (!rest.empty()) {
    size_t end = 0;
    while (end < rest.size() && rest[end] != ',' && rest[end] != ' ') ++end;
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    for (const auto& [start, into] :
         {std::pair<std::string_view, std::string_view*>{"Credential=", &claim.credential},
          {"Signature=", &claim.signature},
          {"SignedHeaders=", &claim.signed_headers}}) {
      if (into->empty() && part.starts_with(start)) *into = part.substr(start.size());
    }
  }
}

http::AwsResult<Claim> ReadHeaderClaim(const http::Request& request, std::string_view header) {
  Claim claim;
  const size_t blank = std::min(header.find(' '), header.size());
  claim.algorithm = header.substr(0, blank);
  ReadHeaderParts(header.substr(blank), claim);
  claim.date_time = request.headers.Get("X-Amz-Date");
  if (claim.date_time.empty()) claim.date_time = request.headers.Get("Date");
  claim.security_token = request.headers.Get("X-Amz-Security-Token");

  std::string missing;
  for (const auto& [name, value] : {std::pair{"Credential", claim.credential},
                                    {"Signature", claim.signature},
                                    {"SignedHeaders", claim.signed_headers}}) {
    if (value.empty())
      missing += fmt::format("Authorization header requires '{}' parameter. ", name);
  }
  if (claim.date_time.empty()) {
    missing +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!missing.empty()) return errors::Incomplete(missing + "Authorization=" + std::string(header));
  return claim;
}

http::AwsResult<Claim> ReadQueryClaim(const http::Params& query) {
  Claim claim;
  claim.in_query = true;
  std::string missing;
  const auto take = [&](const char* name, std::string_view& into) {
    into = query.Get(name);
    if (into.empty())
      missing += fmt::format("AWS query-string parameters must include '{}'. ", name);
  };
  take("X-Amz-Algorithm", claim.algorithm);
  take("X-Amz-Credential", claim.credential);
  take("X-Amz-Signature", claim.signature);
  take("X-Amz-SignedHeaders", claim.signed_headers);
  take("X-Amz-Date", claim.date_time);
  if (!missing.empty())
    return errors::Incomplete(missing + "Re-examine the query-string parameters.");
  claim.security_token = query.Get("X-Amz-Security-Token");
  claim.expires_s = ParseUint(query.Get("X-Amz-Expires"));
  return claim;
}

bool HasTwice(const http::Params& query, std::string_view name) {
  return std::count_if(query.begin(), query.end(),
                       [&](const auto& parameter) { return parameter.first == name; }) > 1;
}

/// What S3 asks of a presigned request's parameters beyond what all services do (API Reference,
/// "Authenticating requests: using query parameters").
http::AwsResult<void> CheckS3Query(const http::Params& query) {
  for (const char* name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date",
                           "X-Amz-SignedHeaders", "X-Amz-Expires"}) {
    if (query.Find(name) && !HasTwice(query, name)) continue;
    return errors::QueryParameters(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
        "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
  }
  const std::string_view expires = query.Get("X-Amz-Expires");
  if (expires.starts_with('-')) {
    return errors::QueryParameters("X-Amz-Expires must be non-negative");
  }
  const auto seconds = ParseUint(expires);
  if (!seconds) return errors::QueryParameters("X-Amz-Expires should be a number");
  if (*seconds > kMaxPresignedSeconds) {
    return errors::QueryParameters(
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
        "must "
        "be less than 604800 seconds");
  }
  return {};
}

/// `query` keeps the decoded parameters that the claim looks into.
http::AwsResult<Claim> ReadClaim(const http::Request& request, bool is_s3, http::Params& query) {
  const std::string_view header = Trim(request.headers.Get("Authorization"));
  const std::string_view encoded = http::SplitTarget(request.target).query;
  // Only presigned requests pay for parsing the query.
  if (encoded.find("X-Amz-Algorithm") != std::string_view::npos) {
    query = http::Params::Parse(encoded);
  }
  const bool in_query = query.Find("X-Amz-Algorithm") != nullptr;
  if (!header.empty() && in_query) return errors::BothForms();
  if (in_query && is_s3) {
    if (auto checked = CheckS3Query(query); !checked.ok()) return checked.error();
  }
  if (in_query && HasTwice(query, "X-Amz-Signature")) {
    return errors::Incomplete("AWS query-string parameters must include 'X-Amz-Signature' once.");
  }
  if (in_query) return ReadQueryClaim(query);
  if (!header.starts_with("AWS4-")) return errors::MissingToken();
  return ReadHeaderClaim(request, header);
}

/// The parts of `AKID/20261123/us-east-1/dynamodb/aws4_request`.
struct Scope {
  std::string_view text;  ///< All but the first.
  std::string_view access_key_id;
  std::string_view date;
  std::string_view region;
  std::string_view service;
};

http::AwsResult<Scope> ReadScope(const Claim& claim, const Expectation& expected) {
  std::string_view credential = claim.credential;
  while (credential.ends_with('/')) credential.remove_suffix(1);
  const std::vector<std::string_view> parts = Split(credential, '/');
  if (parts.size() != 5) {
    return errors::Incomplete(
        fmt::format("Credential must have exactly 5 slash-delimited elements, e.g. "
                    "keyid/date/region/service/term, got '{}'",
                    claim.credential));
  }
  std::string wrong;
  if (parts[2] != expected.region) {
    wrong += fmt::format("Credential should be scoped to a valid region, not '{}'. ", parts[2]);
  }
  if (parts[3] != expected.service) {
    wrong +=
        fmt::format("Credential should be scoped to correct service: '{}'. ", expected.service);
  }
  if (parts[4] != "aws4_request") {
    wrong += fmt::format(
        "Credential should be scoped with a valid terminator: 'aws4_request', not '{}'. ",
        parts[4]);
  }
  if (parts[1] != claim.date_time.substr(0, 8)) {
    wrong += fmt::format(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of "
        "date from HTTP: '{}' != '{}', from '{}'.",
        parts[1], claim.date_time.substr(0, 8), claim.date_time);
  }
  if (!wrong.empty()) return errors::Invalid(wrong);
  return Scope{credential.substr(parts[0].size() + 1), parts[0], parts[1], parts[2], parts[3]};
}

http::AwsResult<void> CheckTime(const Claim& claim, bool is_s3, WallTime signed_at, WallTime now) {
  const bool near = signed_at >= now - kMaxSkew && signed_at <= now + kMaxSkew;
  if (near && !claim.expires_s) return {};
  const std::string_view stamp = claim.date_time;
  const std::string now_stamp = FormatIso8601Basic(now);
  if (claim.expires_s) {
    const auto limit =
        Duration::Seconds(static_cast<int64_t>(std::min(*claim.expires_s, kMaxPresignedSeconds)));
    if (signed_at < now - limit) {  // The date is anyone's, a sum with it could overflow.
      if (is_s3) return errors::RequestExpired();
      return errors::Invalid(
          fmt::format("Signature expired: {} is now earlier than {}", stamp, now_stamp));
    }
  } else if (signed_at < now - kMaxSkew) {
    return errors::Invalid(
        fmt::format("Signature expired: {} is now earlier than {} ({} - 15 min.)", stamp,
                    FormatIso8601Basic(now - kMaxSkew), now_stamp));
  }
  if (signed_at > now + kMaxSkew) {
    return errors::Invalid(
        fmt::format("Signature not yet current: {} is still later than {} ({} + "
                    "15 min.)",
                    stamp, FormatIso8601Basic(now + kMaxSkew), now_stamp));
  }
  return {};
}

std::string PayloadHash(const http::Request& request, const Claim& claim, bool is_s3) {
  if (is_s3) {
    if (claim.in_query) return std::string(kUnsignedPayload);
    const std::string_view stated = request.headers.Get("X-Amz-Content-Sha256");
    // S3 signs the header's word; that it is the body's hash is checked in CheckPayload.
    if (!stated.empty()) return std::string(stated);
  }
  return Sha256Hex(request.body);
}

http::AwsResult<void> CheckPayload(const http::Request& request, const std::string& payload_hash) {
  if (payload_hash.size() != 64 || payload_hash == Sha256Hex(request.body)) return {};
  return http::AwsError{
      400, "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.", ""};
}

http::AwsResult<void> CheckSignature(const http::Request& request, const Claim& claim,
                                     std::vector<std::string> signed_headers, const Scope& scope,
                                     const std::string& secret) {
  const bool is_s3 = scope.service == "s3";
  const std::string payload_hash = PayloadHash(request, claim, is_s3);
  CanonicalInput input{.request = request,
                       .signed_headers = std::move(signed_headers),
                       .payload_hash = payload_hash,
                       .is_s3 = is_s3,
                       .query_signature = claim.in_query};
  std::string canonical = CanonicalRequest(input);
  std::string to_sign = StringToSign(claim.date_time, scope.text, canonical);
  const auto matches = [&] {
    return ConstantTimeEquals(Signature(secret, scope.date, scope.region, scope.service, to_sign),
                              claim.signature);
  };
  bool ok = matches();
  if (!ok && request.host().find(':') != std::string_view::npos) {
    // Some SDKs sign Host without the port that they then send.
    input.drop_host_port = true;
    const std::string first_canonical = std::exchange(canonical, CanonicalRequest(input));
    const std::string first_to_sign =
        std::exchange(to_sign, StringToSign(claim.date_time, scope.text, canonical));
    ok = matches();
    if (!ok) return errors::SignatureMismatch(first_canonical, first_to_sign);
  }
  if (!ok) return errors::SignatureMismatch(canonical, to_sign);
  return is_s3 ? CheckPayload(request, payload_hash) : http::AwsResult<void>();
}

/// In lower case.
std::vector<std::string> SignedHeaders(const Claim& claim) {
  const auto names = Split(claim.signed_headers, ';');
  std::vector<std::string> lower;
  lower.reserve(names.size());
  for (const std::string_view name : names) lower.push_back(ToLower(name));
  return lower;
}

}  // namespace

std::optional<CredentialScope> FindCredentialScope(const http::Request& request) {
  std::string credential;
  const std::string_view header = request.headers.Get("Authorization");
  const size_t at = header.find("Credential=");
  if (at != std::string_view::npos) {
    credential = std::string(header.substr(at + 11, header.find(',', at) - at - 11));
  } else {
    credential = std::string(
        http::Params::Parse(http::SplitTarget(request.target).query).Get("X-Amz-Credential"));
  }
  const std::vector<std::string_view> parts = Split(Trim(credential), '/');
  if (parts.size() != 5) return std::nullopt;
  return CredentialScope{std::string(parts[0]), std::string(parts[1]), std::string(parts[2]),
                         std::string(parts[3])};
}

http::AwsResult<const Credentials*> Verify(const http::Request& request,
                                           const CredentialSource& keys,
                                           const Expectation& expected, WallTime now) {
  http::Params query;
  const auto claim = ReadClaim(request, expected.service == "s3", query);
  if (!claim) return claim.error();
  const auto signed_at = ParseIso8601Basic(claim->date_time);
  if (!signed_at) {
    return errors::Incomplete(
        fmt::format("Date must be in ISO-8601 'basic format'. Got '{}'. See "
                    "http://en.wikipedia.org/wiki/ISO_8601",
                    claim->date_time));
  }
  if (const auto time = CheckTime(*claim, expected.service == "s3", *signed_at, now); !time)
    return time.error();
  std::vector<std::string> signed_headers = SignedHeaders(*claim);
  if (std::find(signed_headers.begin(), signed_headers.end(), "host") == signed_headers.end()) {
    return errors::Invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (claim->algorithm != kAlgorithm) {
    return errors::Incomplete(fmt::format(
        "Unsupported AWS 'algorithm': '{}' (only AWS4-HMAC-SHA256 for now). ", claim->algorithm));
  }
  const auto scope = ReadScope(*claim, expected);
  if (!scope) return scope.error();
  const Credentials* credentials = keys.Find(scope->access_key_id);
  // A temporary key is none without its token.
  if (!credentials || (!credentials->session_token.empty() && claim->security_token.empty())) {
    return errors::UnknownKey();
  }
  const auto signature = CheckSignature(request, *claim, std::move(signed_headers), *scope,
                                        credentials->secret_access_key);
  if (!signature) return signature.error();
  if (credentials->session_token != claim->security_token) return errors::UnknownKey();
  return credentials;
}

}  // namespace lifeboat::auth
