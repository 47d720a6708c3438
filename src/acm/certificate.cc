#include "acm/certificate.h"

namespace lifeboat::acm {
namespace {

json::Array ToArray(const std::vector<std::string>& list) {
  return json::Array(list.begin(), list.end());
}

}  // namespace

json::Value ToJson(const Certificate& certificate) {
  json::Object tags;
  for (const auto& [key, value] : certificate.tags) tags.Append(key, value);
  return json::Object{{"arn", certificate.arn},
                      {"domain_name", certificate.domain_name},
                      {"alternative_names", ToArray(certificate.alternative_names)},
                      {"validation_method", certificate.validation_method},
                      {"idempotency_token", certificate.idempotency_token},
                      {"created_ms", certificate.created.millis()},
                      {"certificate_pem", certificate.certificate_pem},
                      {"chain_pem", certificate.chain_pem},
                      {"key_pem", certificate.key_pem},
                      {"tags", std::move(tags)}};
}

Certificate CertificateFromJson(const json::Value& value) {
  Certificate certificate;
  certificate.arn = value.GetString("arn");
  certificate.domain_name = value.GetString("domain_name");
  if (const json::Value* names = value.Find("alternative_names")) {
    for (const json::Value& name : names->as_array()) {
      certificate.alternative_names.push_back(name.as_string());
    }
  }
  certificate.validation_method = value.GetString("validation_method");
  certificate.idempotency_token = value.GetString("idempotency_token");
  if (const json::Value* created = value.Find("created_ms")) {
    certificate.created = WallTime::FromMillis(created->as_int());
  }
  certificate.certificate_pem = value.GetString("certificate_pem");
  certificate.chain_pem = value.GetString("chain_pem");
  certificate.key_pem = value.GetString("key_pem");
  if (const json::Value* tags = value.Find("tags")) {
    for (const auto& [key, text] : tags->as_object()) certificate.tags[key] = text.as_string();
  }
  return certificate;
}

json::Value Describe(const Certificate& certificate) {
  json::Array validation;
  for (const std::string& name : certificate.alternative_names) {
    validation.push_back(json::Object{{"DomainName", name},
                                      {"ValidationDomain", name},
                                      {"ValidationStatus", "SUCCESS"},
                                      {"ValidationMethod", certificate.validation_method}});
  }
  return json::Object{{"CertificateArn", certificate.arn},
                      {"DomainName", certificate.domain_name},
                      {"SubjectAlternativeNames", ToArray(certificate.alternative_names)},
                      {"DomainValidationOptions", std::move(validation)},
                      {"Subject", "CN=" + certificate.domain_name},
                      {"Issuer", "Lifeboat"},
                      {"CreatedAt", certificate.created.seconds()},
                      {"IssuedAt", certificate.created.seconds()},
                      {"Status", "ISSUED"},
                      {"KeyAlgorithm", "EC_prime256v1"},
                      {"SignatureAlgorithm", "SHA256WITHECDSA"},
                      {"Type", "AMAZON_ISSUED"},
                      {"RenewalEligibility", "INELIGIBLE"}};
}

}  // namespace lifeboat::acm
