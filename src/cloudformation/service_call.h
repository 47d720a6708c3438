// Calls of other services in the forms that their protocols have, and what comes back. Resource
// types are written with these.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloudformation/resource_type.h"
#include "http/message.h"
#include "json/value.h"

namespace lifeboat::cloudformation {

/// Why a call failed. `error` is what the resource fails with: the service's message, dressed as
/// CloudFormation does it; kUnavailable or kUnknownOutcome when the call is to be repeated.
struct Fault {
  std::string code;  ///< For instance ResourceInUseException; empty when there was no answer.
  Error error;
};

struct ServiceAnswer {
  http::Response response;
  json::Value json;  ///< The body, when it is JSON.
};
using Answered = std::function<void(Result<ServiceAnswer, Fault>)>;

/// Sends as it is. `service` and `region` as in AwsCaller.
void CallService(const ResourceCall& call, std::string_view service, std::string_view region,
                 http::Request request, Answered answered);

/// X-Amz-Target protocols: `target` is for instance DynamoDB_20120810.CreateTable.
void CallJson(const ResourceCall& call, std::string_view service, std::string_view region,
              std::string_view target, json::Object body, Answered answered);

/// REST-JSON: a body only when it is not empty.
void CallRest(const ResourceCall& call, std::string_view service, std::string method,
              std::string target, const json::Value& body, Answered answered);

/// Query: Action and Version are added in front of `parameters`. The services that speak it here
/// have one control plane for all regions.
void CallQuery(const ResourceCall& call, std::string_view service, std::string_view action,
               std::string_view version,
               const std::vector<std::pair<std::string, std::string>>& parameters,
               Answered answered);

/// Runs `poll` again after a short time; polls at most kMaxPolls times, `attempt` counts from 1.
/// The error after that is the resource's.
void PollLater(const ResourceCall& call, int attempt, std::function<void(int attempt)> poll,
               std::function<void(Error)> give_up);

/// A part of an operation; it calls `next` once, with an error to stop.
using AsyncStep = std::function<void(std::function<void(Status)> next)>;
/// Runs the steps one after another. `done` gets the first error, or ok after the last.
void RunInOrder(std::vector<AsyncStep> steps, std::function<void(Status)> done);

inline constexpr Duration kPollInterval = Duration::Millis(100);
/// Half an hour: what a big table's backfill may take.
inline constexpr int kMaxPolls = 18'000;

}  // namespace lifeboat::cloudformation
