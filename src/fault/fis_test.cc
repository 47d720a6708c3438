// Experiment templates as faults, and what is refused.
#include "fault/fis.h"

#include <gtest/gtest.h>

namespace lifeboat::fault {
namespace {

const std::vector<std::string> kWorldRegions = {"us-east-1", "us-west-2"};

FisExperiment Read(std::string_view text) {
  const auto value = json::Parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return ReadFisTemplate(value.ok() ? *value : json::Value(), kWorldRegions, "us-east-1");
}

std::string Complaints(const FisExperiment& read) {
  std::string all;
  for (const Complaint& each : read.complaints) all += each.key + ": " + each.what + "\n";
  return all;
}

/// A template with one action on one target.
std::string Template(const std::string& id, const std::string& parameters, const std::string& key,
                     const std::string& arn) {
  return R"({"description":"d","roleArn":"r","stopConditions":[{"source":"none"}],"targets":{"t":)"
         R"({"resourceType":"x","selectionMode":"ALL","resourceArns":[")" +
         arn + R"("]}},"actions":{"a":{"actionId":")" + id + R"(","parameters":{)" + parameters +
         R"(},"targets":{")" + key + R"(":"t"}}}})";
}

TEST(FisTest, ActionsBecomeFaults) {
  const std::string subnet = "arn:aws:ec2:us-east-1:000000000000:subnet/s-1";
  const std::string function = "arn:aws:lambda:us-east-1:000000000000:function:f";
  const std::string table = "arn:aws:dynamodb:us-east-1:000000000000:table/products";
  const struct {
    std::string text;
    const char* begun;
  } kCases[] = {
      {Template("aws:dynamodb:global-table-pause-replication", R"("duration":"PT2M")", "Tables",
                table),
       "us-east-1 replication paused"},
      {Template("aws:network:route-table-disrupt-cross-region-connectivity",
                R"("duration":"PT2M","region":"us-west-2")", "Subnets", subnet),
       "us-east-1 and us-west-2 cut"},
      {Template("aws:network:disrupt-connectivity", R"("duration":"PT2M","scope":"dynamodb")",
                "Subnets", subnet),
       "us-east-1 functions from dynamodb cut"},
      {Template("aws:lambda:invocation-error",
                R"("duration":"PT2M","preventExecution":"false","invocationPercentage":"50")",
                "Functions", function),
       "us-east-1 lambda f answers 50% of requests with 502"},
      {Template("aws:lambda:invocation-add-delay",
                R"("duration":"PT2M","startupDelayMilliseconds":"700")", "Functions", function),
       "us-east-1 lambda f slowed by 700ms"},
      {Template("aws:lambda:invocation-http-integration-response",
                R"("duration":"PT2M","statusCode":"503","preventExecution":"true",)"
                R"("contentTypeHeader":"application/json")",
                "Functions", function),
       "us-east-1 lambda f answers 100% of requests with 503"},
      {Template("aws:fis:inject-api-throttle-error",
                R"("duration":"PT2M","service":"lambda","operations":"Invoke","percentage":"25")",
                "Roles", "arn:aws:iam::000000000000:role/r"),
       "us-east-1 lambda throttles 25% of requests"},
  };
  for (const auto& each : kCases) {
    const FisExperiment read = Read(each.text);
    ASSERT_EQ(Complaints(read), "") << each.text;
    ASSERT_EQ(read.faults.size(), 1u);
    EXPECT_EQ(Begun(read.faults[0].fault), each.begun);
    EXPECT_EQ(read.faults[0].lasts, Duration::Minutes(2));
  }
}

TEST(FisTest, WhetherTheFunctionHasRunIsKept) {
  const std::string function = "arn:aws:lambda:us-east-1:000000000000:function:f";
  for (const auto& [prevented, when] : {std::pair("true", "before"), {"false", "after"}}) {
    const FisExperiment read =
        Read(Template("aws:lambda:invocation-error",
                      fmt::format(R"("duration":"PT1M","preventExecution":"{}")", prevented),
                      "Functions", function));
    ASSERT_EQ(Complaints(read), "");
    EXPECT_EQ(read.faults[0].fault.Text("when"), when);
  }
}

TEST(FisTest, StartAfterAndWaitMakeTheOrder) {
  const FisExperiment read = Read(R"({
    "targets":{"t":{"resourceType":"aws:dynamodb:global-table","selectionMode":"ALL","resourceArns":
      ["arn:aws:dynamodb:us-east-1:0:table/a","arn:aws:dynamodb:us-west-2:0:table/a"]}},
    "actions":{
      "second":{"actionId":"aws:dynamodb:global-table-pause-replication",
        "parameters":{"duration":"PT1M"},"targets":{"Tables":"t"},"startAfter":["pause"]},
      "pause":{"actionId":"aws:fis:wait","parameters":{"duration":"PT30S"},"startAfter":["first"]},
      "first":{"actionId":"aws:dynamodb:global-table-pause-replication",
        "parameters":{"duration":"PT1H30M"},"targets":{"Tables":"t"}}}})");
  ASSERT_EQ(Complaints(read), "");
  ASSERT_EQ(read.faults.size(), 4u);
  EXPECT_EQ(read.faults[0].action, "second");
  EXPECT_EQ(read.faults[0].delay, Duration::Minutes(90) + Duration::Seconds(30));
  EXPECT_EQ(read.faults[1].fault.region(), "us-west-2");
  EXPECT_EQ(read.faults[2].delay, Duration());
  EXPECT_EQ(read.faults[2].lasts, Duration::Minutes(90));
}

TEST(FisTest, WhatCannotBeDoneIsRefusedByName) {
  const std::string table = "arn:aws:dynamodb:us-east-1:000000000000:table/products";
  const std::string pause = "aws:dynamodb:global-table-pause-replication";
  const std::string good = Template(pause, R"("duration":"PT2M")", "Tables", table);
  const auto with = [&](std::string_view what, std::string_view instead) {
    std::string text = good;
    return text.replace(text.find(what), what.size(), instead);
  };
  ASSERT_EQ(Complaints(Read(good)), "");
  const struct {
    std::string text;
    const char* says;
  } kCases[] = {
      {"[]", "an experiment template is a mapping"},
      {"{}", "needs `actions`"},
      {with(pause, "aws:ec2:stop-instances"), "aws:ec2:stop-instances cannot be done here"},
      {with(pause, "aws:s3:bucket-pause-replication"), "aws:s3:bucket-pause-replication cannot"},
      {R"({"actions":{"a":{"actionId":"aws:fis:wait","parameters":{"duration":"PT1M"}}}})",
       "none of the actions is a fault"},
      {with("PT2M", "2m"), "'2m' is no duration; write for instance PT2M"},
      {with("us-east-1", "eu-west-1"), "is in no region of this world"},
      {with("\"none\"", "\"aws:cloudwatch:alarm\""), "there are no alarms here"},
      {with("\"selectionMode\":\"ALL\"", "\"selectionMode\":\"COUNT(1)\""), "selectionMode: ALL"},
      {with("\"resourceArns\"", "\"resourceTags\""), "'resourceTags' of a target is not supported"},
      {with("\"roleArn\"", "\"logConfiguration\""), "'logConfiguration' of an experiment template"},
      {with("\"Tables\":\"t\"", "\"Tables\":\"u\""), "there is no target 'u'"},
      {with("\"duration\":\"PT2M\"", "\"duration\":\"PT2M\",\"x\":\"y\""),
       "parameter 'x' is not supported"},
      {with("\"targets\":{\"Tables\":\"t\"}", "\"startAfter\":[\"a\"]"), "and not in a circle"},
      {Template("aws:network:disrupt-connectivity", R"("duration":"PT2M","scope":"vpc")", "Subnets",
                "arn:aws:ec2:us-east-1:0:subnet/s"),
       "'vpc' is no value for 'service'"},
  };
  for (const auto& each : kCases) {
    const std::string complaints = Complaints(Read(each.text));
    EXPECT_NE(complaints.find(each.says), std::string::npos) << each.says << "\n" << complaints;
  }
}

TEST(FisTest, Durations) {
  EXPECT_EQ(*ParseIsoDuration("PT12H"), Duration::Minutes(720));
  EXPECT_EQ(*ParseIsoDuration("PT1H1M1S"), Duration::Seconds(3661));
  for (const char* text : {"", "PT", "P1D", "PT1", "PT1X", "PT1S1M", "PT0S", "PT-1M", "1m",
                           "PT99999999999999999999H", "PTM"})
    EXPECT_FALSE(ParseIsoDuration(text).ok()) << text;
}

}  // namespace
}  // namespace lifeboat::fault
