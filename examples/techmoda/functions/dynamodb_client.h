// DynamoDB for one table, over its own JSON protocol: where AWS_ENDPOINT_URL_DYNAMODB says, else at
// the region's public endpoint. Waits are short, because a function that waits for its time-out
// answers 502 instead of saying what is wrong.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>

#include "clock.h"
#include "http_client.h"
#include "sigv4.h"

namespace techmoda {

inline constexpr auto kConnectTimeout = std::chrono::milliseconds(1000);
inline constexpr auto kRequestTimeout = std::chrono::milliseconds(2000);

/// How a call ended.
struct DynamoResult {
  DynamoResult();
  DynamoResult(DynamoResult&&) noexcept;
  DynamoResult& operator=(DynamoResult&&) noexcept;
  ~DynamoResult();

  bool ok = false;
  std::unique_ptr<nlohmann::json> answer;  ///< Never null.
  std::string error;                       ///< `ConditionalCheckFailedException`, `Unreachable` ...
  std::string message;
  /// An earlier attempt of this call may have been executed, so that a failed condition may be our
  /// own doing.
  bool maybe_executed_before = false;

  bool condition_failed() const { return error == "ConditionalCheckFailedException"; }
};

class DynamoClient {
 public:
  /// Reads endpoint, region and credentials from the environment.
  DynamoClient();
  /// `operation` is for instance PutItem. Tries `attempts` times within `budget`: again after a
  /// broken connection, a 5xx or a throttle.
  DynamoResult Call(const std::string& operation, const nlohmann::json& parameters,
                    std::chrono::milliseconds budget = 2 * kRequestTimeout, int attempts = 2);

 private:
  DynamoResult TryOnce(const std::string& operation, const std::string& body, Deadline by,
                       bool& again);

  std::string region_;
  Credentials credentials_;
  HttpClient http_;
};

}  // namespace techmoda
