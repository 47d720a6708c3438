// ResourceType: how one kind of resource is made and deleted, as calls of AWS's own APIs. One file
// each in resources/.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "cloudformation/aws_caller.h"
#include "cloudformation/deployment.h"
#include "json/value.h"

namespace lifeboat::cloudformation {

/// One operation on one resource. Copied into the callbacks of the calls that it takes.
struct ResourceCall {
  AwsCaller* aws = nullptr;
  Scheduler* scheduler = nullptr;
  std::string region;
  std::string account;
  std::string stack_name;
  std::string stack_id;
  std::string logical_id;
  std::string suffix;       ///< For generated names: always the same for this resource.
  std::string physical_id;  ///< What is known of it so far.
  json::Object properties;  ///< With all functions evaluated.
  WallTime started_at;      ///< When the first try of this operation started.
  /// An earlier try may have done some or all of it: what exists and is ours is taken over.
  bool repeated = false;
  /// True when another resource of the stack has that physical id.
  std::function<bool(std::string_view physical_id)> is_taken;
  /// Tells the physical id as soon as there is one.
  std::function<void(std::string physical_id)> initiated;
};

using MadeDone = std::function<void(Result<Made>)>;
using DeletedDone = std::function<void(Status)>;

/// Both operations are idempotent by stack and logical id. kUnavailable and kUnknownOutcome mean
/// that the operation is to be repeated; every other error fails the resource with its message.
class ResourceType {
 public:
  virtual ~ResourceType() = default;
  virtual std::string_view name() const = 0;
  virtual void Create(ResourceCall call, MadeDone done) const = 0;
  /// The physical id is known. A resource that is gone already is a success.
  virtual void Delete(ResourceCall call, DeletedDone done) const = 0;
};

using ResourceTypes = std::map<std::string, std::unique_ptr<ResourceType>, std::less<>>;
/// All types that are supported.
ResourceTypes AllResourceTypes();

/// For what an earlier try may have made under a name that the template gives: true when it was
/// made after that try started. What is older is someone else's. Times of AWS's APIs are cut to
/// seconds, so the start is, too.
bool IsMadeSince(const ResourceCall& call, WallTime made);
bool IsMadeSince(const ResourceCall& call, std::string_view iso8601);

/// `<stack>-<logical id>-<suffix>`, the first two cut down so that it fits.
std::string GeneratedName(const ResourceCall& call, size_t max_length);

}  // namespace lifeboat::cloudformation
