#include "dynamodb/errors.h"

#include <gtest/gtest.h>

#include "dynamodb/test_support.h"

namespace lifeboat::dynamodb {
namespace {

std::string Body(const http::AwsError& error) {
  return Render(error, "application/x-amz-json-1.0").body;
}

TEST(Errors, CarryThePrefixOfTheirLayer) {
  EXPECT_EQ(Body(errors::Serialization("x")),
            R"({"__type":"com.amazon.coral.service#SerializationException","Message":"x"})");
  EXPECT_EQ(Body(errors::Validation("x")),
            R"({"__type":"com.amazon.coral.validate#ValidationException","message":"x"})");
  EXPECT_EQ(Body(errors::Throttling()),
            R"({"__type":"com.amazon.coral.availability#ThrottlingException",)"
            R"("message":"Rate exceeded"})");
  EXPECT_EQ(Body(errors::TableNotFound("t")),
            R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",)"
            R"("message":"Requested resource not found: Table: t not found"})");
  EXPECT_EQ(Body(errors::TableIsBeing("created", "t")),
            R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceInUseException","message":)"
            R"("Attempt to change a resource which is still in use: Table is being created: t"})");
}

TEST(Errors, CarryItemsAndReasons) {
  const Item item = testing::ItemOf(R"({"a":{"S":"x"}})");
  EXPECT_EQ(Body(errors::ConditionalCheckFailed(&item)),
            R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
            R"("Message":"The conditional request failed","Item":{"a":{"S":"x"}}})");
  EXPECT_EQ(
      Body(errors::TransactionCanceled({{.code = "ConditionalCheckFailed",
                                         .message = "The conditional request failed",
                                         .item = item},
                                        {}})),
      R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
      R"("Message":"Transaction cancelled, please refer cancellation reasons for specific reasons )"
      R"([ConditionalCheckFailed, None]","CancellationReasons":[{"Code":"ConditionalCheckFailed",)"
      R"("Message":"The conditional request failed","Item":{"a":{"S":"x"}}},{"Code":"None"}]})");
}

TEST(Errors, CountViolations) {
  EXPECT_EQ(errors::ConstraintViolations({"a"}).message, "1 validation error detected: a");
  EXPECT_EQ(errors::ConstraintViolations({"a", "b"}).message, "2 validation errors detected: a; b");
  EXPECT_TRUE(errors::ConstraintViolations(std::vector<std::string>(11, "a"))
                  .message.starts_with("10 validation errors detected: "));
  EXPECT_EQ(errors::InEnvelope(errors::Validation("x")).message, "1 validation error detected: x");
  EXPECT_EQ(errors::InEnvelope(errors::Serialization("x")).message, "x");
}

}  // namespace
}  // namespace lifeboat::dynamodb
