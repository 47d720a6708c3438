// A certificate as ACM keeps it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "json/value.h"

namespace lifeboat::acm {

struct Certificate {
  std::string arn;
  std::string domain_name;
  std::vector<std::string> alternative_names;  ///< Includes domain_name, which comes first.
  std::string validation_method = "DNS";
  std::string idempotency_token;
  WallTime created;
  std::string certificate_pem;
  std::string chain_pem;
  std::string key_pem;
  std::map<std::string, std::string> tags;
};

json::Value ToJson(const Certificate& certificate);
Certificate CertificateFromJson(const json::Value& value);
/// The `Certificate` member of DescribeCertificate.
json::Value Describe(const Certificate& certificate);

}  // namespace lifeboat::acm
