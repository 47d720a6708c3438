// Convergence: reads what all regions hold, again and again, until it is the same.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/aws_client.h"
#include "client/lifeline.h"
#include "drill/region_contents.h"
#include "drill/setting.h"
#include "drill/workload.h"

namespace lifeboat::drill {

class Convergence {
 public:
  /// What one look at all regions has found.
  struct Look {
    bool equal = false;
    std::vector<Contents> regions;  ///< In the scenario's order.
  };
  Convergence(const Setting& setting, const Workload& workload);

  struct Scope {
    /// Keys written at or after the write of this number (Workload::write_count) are left out,
    /// since they may be on their way; with `last` all are compared.
    int64_t before = 0;
    bool last = false;
    bool noted = true;  ///< A `convergence` line is written.
  };
  /// Reads all regions once.
  void LookOnce(const Scope& scope, std::function<void(Result<Look>)> done);

 private:
  void OnContents(size_t region, Result<Contents> contents);
  void Compare();

  const Setting& setting_;
  const Workload& workload_;
  std::vector<std::unique_ptr<client::AwsClient>> clients_;
  Scope scope_;
  std::vector<Contents> contents_;
  size_t waiting_ = 0;
  Status failed_;
  std::function<void(Result<Look>)> done_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
