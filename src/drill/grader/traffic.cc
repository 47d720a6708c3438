// report.json's `traffic`: what clients got, in buckets of five seconds.
#include <algorithm>
#include <map>
#include <tuple>

#include "drill/grader/run_report.h"

namespace lifeboat::drill {
namespace {

constexpr Micros kBucket = 5'000'000;

struct Cell {
  int64_t ok = 0;
  int64_t failed = 0;
  std::vector<Micros> latencies;
};

Micros P99(std::vector<Micros>& latencies) {
  const size_t rank = (latencies.size() * 99 + 99) / 100;
  std::nth_element(latencies.begin(), latencies.begin() + static_cast<std::ptrdiff_t>(rank - 1),
                   latencies.end());
  return latencies[rank - 1];
}

}  // namespace

json::Array TrafficTable(const RunGrade& g) {
  std::map<std::tuple<int64_t, std::string, std::string, std::string>, Cell> cells;
  for (const Request& r : g.requests) {
    Cell& cell =
        cells[{r.scheduled / kBucket, r.region, std::string(ToString(ClassOf(r.op))), r.cohort}];
    ++(r.correct ? cell.ok : cell.failed);
    cell.latencies.push_back(r.done - r.scheduled);
  }
  json::Array out;
  for (auto& [id, cell] : cells) {
    const auto& [bucket, region, request_class, cohort] = id;
    out.push_back(json::Object{{"bucket", bucket * (kBucket / 1'000'000)},
                               {"region", region.empty() ? json::Value() : json::Value(region)},
                               {"class", request_class},
                               {"cohort", cohort},
                               {"ok", cell.ok},
                               {"failed", cell.failed},
                               {"p99", static_cast<double>(P99(cell.latencies)) / 1e6}});
  }
  return out;
}

}  // namespace lifeboat::drill
