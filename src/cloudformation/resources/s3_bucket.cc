// AWS::S3::Bucket, as far as the code bucket goes. Ref: the name. GetAtt: Arn, DomainName,
// RegionalDomainName.
#include <pugixml.hpp>

#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/resources/types.h"
#include "cloudformation/service_call.h"
#include "http/xml.h"

namespace lifeboat::cloudformation {
namespace {

constexpr size_t kMaxBucketNameChars = 63;

http::Request CreateRequest(const ResourceCall& call, const std::string& bucket) {
  http::Request request{.method = "PUT", .target = "/" + bucket};
  if (call.region != "us-east-1") {
    http::XmlWriter xml;
    xml.Open("CreateBucketConfiguration", "http://s3.amazonaws.com/doc/2006-03-01/");
    request.body = xml.Leaf("LocationConstraint", call.region).Take();
  }
  return request;
}

// After a repeated try: a generated name is ours alone; one that the template gives is ours when
// the bucket is younger than the first try.
void TakeOver(const ResourceCall& call, const Made& made, const MadeDone& done) {
  if (!call.properties.Has("BucketName")) return done(made);
  CallService(call, "s3", call.region, {.method = "GET", .target = "/"},
              [=](Result<ServiceAnswer, Fault> answer) {
                if (!answer.ok()) return done(answer.error().error);
                pugi::xml_document list;
                const std::string& body = answer->response.body;
                list.load_buffer(body.data(), body.size());
                const pugi::xml_node bucket = list.document_element().child("Buckets").find_child(
                    [&](const pugi::xml_node& node) {
                      return node.child_value("Name") == made.physical_id;
                    });
                if (IsMadeSince(call, bucket.child_value("CreationDate"))) return done(made);
                done(InvalidError(made.physical_id + " already exists"));
              });
}

class Bucket final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::S3::Bucket"; }

  void Create(ResourceCall call, MadeDone done) const override {
    PropertyReader properties(call.properties);
    const std::string bucket =
        properties.Text("BucketName").value_or(ToLower(GeneratedName(call, kMaxBucketNameChars)));
    if (Status status = properties.Finish(); !status.ok()) return done(status.error());
    const Made made{
        bucket,
        {{"Arn", "arn:aws:s3:::" + bucket},
         {"DomainName", bucket + ".s3.amazonaws.com"},
         {"RegionalDomainName", fmt::format("{}.s3.{}.amazonaws.com", bucket, call.region)}}};
    CallService(call, "s3", call.region, {.method = "HEAD", .target = "/" + bucket},
                [=](Result<ServiceAnswer, Fault> head) {
                  // us-east-1 would take the making of one's own bucket for a success.
                  if (head.ok() && call.repeated) return TakeOver(call, made, done);
                  if (head.ok()) return done(InvalidError(bucket + " already exists"));
                  CallService(call, "s3", call.region, CreateRequest(call, bucket),
                              [=](Result<ServiceAnswer, Fault> answer) {
                                if (!answer.ok()) return done(answer.error().error);
                                done(made);
                              });
                });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    CallService(call, "s3", call.region, {.method = "DELETE", .target = "/" + call.physical_id},
                [done](Result<ServiceAnswer, Fault> answer) {
                  if (answer.ok() || answer.error().code == "NoSuchBucket") return done({});
                  done(answer.error().error);
                });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeS3Bucket() { return std::make_unique<Bucket>(); }

}  // namespace lifeboat::cloudformation
