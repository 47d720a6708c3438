// Certificates through JSON 1.1: issued at once, kept over a restart, refused with ACM's types.
#include "acm/service.h"

#include <gtest/gtest.h>

#include "storage/memory_engine.h"

namespace lifeboat::acm {
namespace {

class FakeAuthority final : public CertificateAuthority {
 public:
  Result<IssuedCertificate> Issue(const std::vector<std::string>& names) override {
    return IssuedCertificate{"leaf " + names.front() + "\n", "leaf " + names.front() + "\nca\n",
                             "key"};
  }
};

class AcmTest : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    service_ = *Service::Open({"us-west-2", "000000000000"},
                              {engine_, committer_, clock_, prng_, authority_});
  }
  http::Response Call(const std::string& operation, const std::string& body) {
    http::Request request;
    request.method = "POST";
    request.headers.Add("X-Amz-Target", "CertificateManager." + operation);
    request.body = body;
    std::optional<http::Response> got;
    service_->Handle(request, [&](http::Response response) { got = std::move(response); });
    committer_.Flush();
    return got.value();
  }
  std::string Arn(const http::Response& response) {
    return json::Parse(response.body)->GetString("CertificateArn");
  }

  storage::MemoryEngine engine_;
  storage::ManualCommitter committer_{engine_};
  ManualClock clock_;
  Prng prng_{1};
  FakeAuthority authority_;
  std::unique_ptr<Service> service_;
};

TEST_F(AcmTest, IssuesAtOnceAndKeeps) {
  const std::string arn =
      Arn(Call("RequestCertificate",
               R"({"DomainName":"Api.Example.com","SubjectAlternativeNames":["b.example.com"]})"));
  EXPECT_TRUE(arn.starts_with("arn:aws:acm:us-west-2:000000000000:certificate/"));
  engine_.Crash();
  Reopen();
  const auto described =
      json::Parse(Call("DescribeCertificate", R"({"CertificateArn":")" + arn + "\"}").body);
  EXPECT_EQ(described->FindPath({"Certificate", "Status"})->as_string(), "ISSUED");
  EXPECT_EQ(described->FindPath({"Certificate", "SubjectAlternativeNames"})->as_array().size(), 2u);
  const auto got = json::Parse(Call("GetCertificate", R"({"CertificateArn":")" + arn + "\"}").body);
  EXPECT_EQ(got->GetString("CertificateChain"), "ca\n");
  EXPECT_EQ(service_->Find(arn)->key_pem, "key");
  EXPECT_EQ(Call("DeleteCertificate", R"({"CertificateArn":")" + arn + "\"}").body, "");
  EXPECT_EQ(service_->Find(arn), nullptr);
}

TEST_F(AcmTest, TheSameTokenMeansTheSameCertificate) {
  const std::string body = R"({"DomainName":"a.example.com","IdempotencyToken":"t"})";
  EXPECT_EQ(Arn(Call("RequestCertificate", body)), Arn(Call("RequestCertificate", body)));
  EXPECT_EQ(json::Parse(Call("ListCertificates", "").body)
                ->Find("CertificateSummaryList")
                ->as_array()
                .size(),
            1u);
}

TEST_F(AcmTest, Refusals) {
  EXPECT_NE(
      Call("RequestCertificate", R"({"DomainName":"no spaces"})").body.find("ValidationException"),
      std::string::npos);
  EXPECT_NE(Call("DescribeCertificate", R"({"CertificateArn":"x"})")
                .body.find("ResourceNotFoundException"),
            std::string::npos);
  EXPECT_NE(Call("ExportCertificate", "{}").body.find("UnknownOperationException"),
            std::string::npos);
  EXPECT_NE(Call("ListCertificates", "[").body.find("SerializationException"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::acm
