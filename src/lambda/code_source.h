// CodeSource: where packages named by bucket and key come from. region/ adapts it to s3.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "http/aws_error.h"

namespace lifeboat::lambda {

class CodeSource {
 public:
  virtual ~CodeSource() = default;
  /// The object's bytes; `version` may be empty. The error has S3's code and message (NoSuchKey,
  /// NoSuchBucket, PermanentRedirect). `done` runs once, perhaps before this call returns.
  virtual void Fetch(std::string_view bucket, std::string_view key, std::string_view version,
                     std::function<void(http::AwsResult<std::string>)> done) = 0;
};

}  // namespace lifeboat::lambda
