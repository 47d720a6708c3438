// GetCallerIdentity, and the refusal of everything else.
#include "sts/service.h"

#include <gtest/gtest.h>

namespace lifeboat::sts {
namespace {

TEST(StsTest, SaysWhoIsCalling) {
  Prng prng(1);
  Service service({"000000000000"}, prng);
  std::string body;
  http::Request request;
  request.body = "Action=GetCallerIdentity&Version=2011-06-15";
  const auto keep = [&](http::Response response) { body = std::move(response.body); };
  service.Handle(request, "arn:aws:iam::000000000000:user/test", keep);
  EXPECT_NE(body.find("<Arn>arn:aws:iam::000000000000:user/test</Arn><UserId>test</UserId>"
                      "<Account>000000000000</Account>"),
            std::string::npos);
  request.body = "Action=AssumeRole";
  service.Handle(request, "x", keep);
  EXPECT_NE(body.find("<Code>InvalidAction</Code>"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::sts
