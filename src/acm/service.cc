#include "acm/service.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/ids.h"

namespace lifeboat::acm {
namespace {

constexpr std::string_view kPrefix = "acm/certificate/";
constexpr std::string_view kContentType = "application/x-amz-json-1.1";
constexpr std::string_view kTargetPrefix = "CertificateManager.";

http::AwsError NotFound(std::string_view arn) {
  return {400, "ResourceNotFoundException", fmt::format("Could not find certificate {}.", arn), ""};
}

http::AwsError Invalid(std::string message) {
  return {400, "ValidationException", std::move(message), ""};
}

void AnswerError(const http::AwsError& error, const http::Reply& reply) {
  reply(http::RenderJsonError(error, "", kContentType));
}

void AnswerJson(const json::Value& answer, const http::Reply& reply) {
  http::Response response;
  response.headers.Add("Content-Type", std::string(kContentType));
  // Operations without output answer with an empty body.
  if (!answer.is_null()) response.body = json::Write(answer);
  reply(std::move(response));
}

// RFC 1035 names with an optional leading `*.`, as the API's DomainName pattern.
bool IsDomainName(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.empty() || name.size() > 253) return false;
  const auto labels = Split(name, '.');
  return labels.size() >= 2 &&
         std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
           return !label.empty() && label.size() <= 63 && label.front() != '-' &&
                  label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
                    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                  });
         });
}

void ReadTags(const json::Value& input, std::map<std::string, std::string>& tags) {
  const json::Value* list = input.Find("Tags");
  if (!list) return;
  for (const json::Value& tag : list->as_array())
    tags[tag.GetString("Key")] = tag.GetString("Value");
}

}  // namespace

Result<std::unique_ptr<Service>> Service::Open(Options options, Dependencies dependencies) {
  auto service = std::unique_ptr<Service>(new Service(std::move(options), dependencies));
  const auto it =
      dependencies.engine.NewIterator(storage::Space::kMeta, kPrefix, storage::PrefixEnd(kPrefix));
  for (it->Seek(kPrefix); it->Valid(); it->Next()) {
    const auto value = json::Parse(it->value());
    if (!value) return Error{ErrorCode::kCorrupt, fmt::format("{}: not JSON", it->key())};
    Certificate certificate = CertificateFromJson(*value);
    std::string arn = certificate.arn;
    service->certificates_.insert_or_assign(std::move(arn), std::move(certificate));
  }
  if (const Status read = it->status(); !read) return read.error();
  return service;
}

const Certificate* Service::Find(std::string_view arn) const {
  const auto it = certificates_.find(arn);
  return it == certificates_.end() ? nullptr : &it->second;
}

void Service::Handle(const http::Request& request, http::Reply reply) {
  std::string_view target = request.headers.Get("X-Amz-Target");
  if (target.starts_with(kTargetPrefix)) target.remove_prefix(kTargetPrefix.size());
  const auto input = json::Parse(request.body.empty() ? "{}" : std::string_view(request.body));
  if (!input || !input->is_object()) {
    AnswerError({400, "SerializationException", "The request body is not a JSON object", ""},
                reply);
    return;
  }
  if (target == "RequestCertificate") return Request(*input, std::move(reply));
  if (target == "DeleteCertificate") return Delete(*input, std::move(reply));
  if (target == "AddTagsToCertificate") return AddTags(*input, std::move(reply));
  Answer answer = http::AwsError{400, "UnknownOperationException", "", ""};
  if (target == "DescribeCertificate") answer = DescribeOne(*input);
  if (target == "GetCertificate") answer = GetOne(*input);
  if (target == "ListCertificates") answer = List();
  if (target == "ListTagsForCertificate") answer = ListTags(*input);
  if (!answer) return AnswerError(answer.error(), reply);
  AnswerJson(*answer, reply);
}

void Service::Save(const Certificate& certificate, bool gone, json::Value answer,
                   http::Reply reply) {
  storage::WriteBatch batch;
  const std::string key = std::string(kPrefix) + certificate.arn;
  if (gone) {
    batch.Delete(storage::Space::kMeta, key);
    certificates_.erase(certificate.arn);
  } else {
    batch.Put(storage::Space::kMeta, key, json::Write(ToJson(certificate)));
    certificates_.insert_or_assign(certificate.arn, certificate);
  }
  dependencies_.committer.Commit(
      std::move(batch), [answer = std::move(answer), reply = std::move(reply)](Status done) {
        if (!done) return AnswerError({500, "InternalFailure", done.error().message, ""}, reply);
        AnswerJson(answer, reply);
      });
}

void Service::Request(const json::Value& input, http::Reply reply) {
  Certificate certificate;
  certificate.domain_name = ToLower(input.GetString("DomainName"));
  certificate.idempotency_token = input.GetString("IdempotencyToken");
  certificate.alternative_names = {certificate.domain_name};
  if (const json::Value* names = input.Find("SubjectAlternativeNames")) {
    for (const json::Value& name : names->as_array()) {
      const std::string lower = ToLower(name.as_string());
      auto& list = certificate.alternative_names;
      if (std::find(list.begin(), list.end(), lower) == list.end()) list.push_back(lower);
    }
  }
  for (const std::string& name : certificate.alternative_names) {
    if (!IsDomainName(name)) {
      return AnswerError(Invalid(fmt::format("'{}' is not a valid domain name", name)), reply);
    }
  }
  if (certificate.alternative_names.size() > kMaxNames ||
      certificates_.size() >= kMaxCertificates) {
    return AnswerError({400, "LimitExceededException", "Too many names or certificates", ""},
                       reply);
  }
  // The same token and names within an hour mean the same certificate (RequestCertificate).
  for (const auto& [arn, known] : certificates_) {
    if (!certificate.idempotency_token.empty() &&
        known.idempotency_token == certificate.idempotency_token &&
        known.alternative_names == certificate.alternative_names) {
      return AnswerJson(json::Object{{"CertificateArn", arn}}, reply);
    }
  }
  if (!input.GetString("ValidationMethod").empty()) {
    certificate.validation_method = input.GetString("ValidationMethod");
  }
  ReadTags(input, certificate.tags);
  auto issued = dependencies_.authority.Issue(certificate.alternative_names);
  if (!issued) return AnswerError({500, "InternalFailure", issued.error().message, ""}, reply);
  certificate.certificate_pem = issued->certificate_pem;
  certificate.chain_pem = issued->chain_pem;
  certificate.key_pem = issued->key_pem;
  certificate.created = dependencies_.clock.WallNow();
  certificate.arn = fmt::format("arn:aws:acm:{}:{}:certificate/{}", options_.region,
                                options_.account, NewUuid(dependencies_.prng));
  Save(certificate, false, json::Object{{"CertificateArn", certificate.arn}}, std::move(reply));
}

void Service::Delete(const json::Value& input, http::Reply reply) {
  const Certificate* found = Find(input.GetString("CertificateArn"));
  if (!found) return AnswerError(NotFound(input.GetString("CertificateArn")), reply);
  Save(Certificate(*found), true, nullptr, std::move(reply));
}

void Service::AddTags(const json::Value& input, http::Reply reply) {
  const Certificate* found = Find(input.GetString("CertificateArn"));
  if (!found) return AnswerError(NotFound(input.GetString("CertificateArn")), reply);
  Certificate changed = *found;
  ReadTags(input, changed.tags);
  Save(changed, false, nullptr, std::move(reply));
}

Service::Answer Service::DescribeOne(const json::Value& input) const {
  const Certificate* found = Find(input.GetString("CertificateArn"));
  if (!found) return NotFound(input.GetString("CertificateArn"));
  return json::Value(json::Object{{"Certificate", Describe(*found)}});
}

Service::Answer Service::GetOne(const json::Value& input) const {
  const Certificate* found = Find(input.GetString("CertificateArn"));
  if (!found) return NotFound(input.GetString("CertificateArn"));
  const std::string& chain = found->chain_pem;
  const bool leaf_first = chain.starts_with(found->certificate_pem);
  return json::Value(json::Object{
      {"Certificate", found->certificate_pem},
      {"CertificateChain", leaf_first ? chain.substr(found->certificate_pem.size()) : chain}});
}

Service::Answer Service::List() const {
  json::Array list;
  for (const auto& [arn, certificate] : certificates_) {
    list.push_back(json::Object{
        {"CertificateArn", arn}, {"DomainName", certificate.domain_name}, {"Status", "ISSUED"}});
  }
  return json::Value(json::Object{{"CertificateSummaryList", std::move(list)}});
}

Service::Answer Service::ListTags(const json::Value& input) const {
  const Certificate* found = Find(input.GetString("CertificateArn"));
  if (!found) return NotFound(input.GetString("CertificateArn"));
  json::Array tags;
  for (const auto& [key, value] : found->tags) {
    tags.push_back(json::Object{{"Key", key}, {"Value", value}});
  }
  return json::Value(json::Object{{"Tags", std::move(tags)}});
}

}  // namespace lifeboat::acm
