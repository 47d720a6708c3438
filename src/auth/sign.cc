#include <algorithm>

#include "auth/canonical.h"
#include "auth/sigv4.h"
#include "base/bytes.h"
#include "base/digest.h"

namespace lifeboat::auth {

void Sign(http::Request& request, const Credentials& credentials, std::string_view region,
          std::string_view service, WallTime now) {
  const std::string date_time = FormatIso8601Basic(now);
  const std::string date = date_time.substr(0, 8);
  const bool is_s3 = service == "s3";
  const std::string payload_hash = Sha256Hex(request.body);

  request.headers.Erase("Authorization");
  request.headers.Set("X-Amz-Date", date_time);
  if (is_s3) request.headers.Set("X-Amz-Content-Sha256", payload_hash);
  if (!credentials.session_token.empty()) {
    request.headers.Set("X-Amz-Security-Token", credentials.session_token);
  }

  std::vector<std::string> names;
  for (const auto& [name, value] : request.headers) {
    const std::string lower = ToLower(name);
    if (lower == "host" || lower == "content-type" || lower.starts_with("x-amz-")) {
      names.push_back(lower);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string signed_headers;
  for (const std::string& name : names)
    signed_headers += (signed_headers.empty() ? "" : ";") + name;

  const std::string scope =
      date + "/" + std::string(region) + "/" + std::string(service) + "/aws4_request";
  const CanonicalInput input{
      .request = request, .signed_headers = names, .payload_hash = payload_hash, .is_s3 = is_s3};
  const std::string signature = Signature(credentials.secret_access_key, date, region, service,
                                          StringToSign(date_time, scope, CanonicalRequest(input)));
  request.headers.Set("Authorization",
                      std::string(kAlgorithm) + " Credential=" + credentials.access_key_id + "/" +
                          scope + ", SignedHeaders=" + signed_headers + ", Signature=" + signature);
}

}  // namespace lifeboat::auth
