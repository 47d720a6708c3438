// DescribeLimits and DescribeEndpoints: what is the same for every account here.
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"

namespace lifeboat::dynamodb {
namespace {

constexpr int64_t kAccountUnits = 80000;
constexpr int64_t kTableUnits = 40000;
constexpr int64_t kEndpointCacheMinutes = 1440;

constexpr Shape kNothing{.kind = Shape::Kind::kStructure, .name = "DescribeLimitsInput"};

void DescribeLimits(Core&, const json::Value&, Respond respond) {
  respond(json::Write(json::Object{{"AccountMaxReadCapacityUnits", kAccountUnits},
                                   {"AccountMaxWriteCapacityUnits", kAccountUnits},
                                   {"TableMaxReadCapacityUnits", kTableUnits},
                                   {"TableMaxWriteCapacityUnits", kTableUnits}}));
}

void DescribeEndpoints(Core& core, const json::Value&, Respond respond) {
  const json::Object endpoint{{"Address", "dynamodb." + core.options.region + ".amazonaws.com"},
                              {"CachePeriodInMinutes", kEndpointCacheMinutes}};
  respond(json::Write(json::Object{{"Endpoints", json::Array{json::Value(endpoint)}}}));
}

}  // namespace

const Operation kDescribeLimits{"DescribeLimits", Operation::Access::kControl, kNothing,
                                DescribeLimits};
const Operation kDescribeEndpoints{"DescribeEndpoints", Operation::Access::kControl, kNothing,
                                   DescribeEndpoints};

}  // namespace lifeboat::dynamodb
