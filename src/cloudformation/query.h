// Parameters of the Query protocol: flat names that spell lists and structures.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace lifeboat::cloudformation {

/// `Capabilities.member.1=x&Capabilities.member.2=y` is {x, y}.
std::vector<std::string> QueryTexts(const http::Params& params, std::string_view list);

/// `Tags.member.1.Key=a&Tags.member.1.Value=b`: one element with Get("Key") and Get("Value").
class QueryStructure {
 public:
  QueryStructure(const http::Params& params, std::string prefix)
      : params_(&params), prefix_(std::move(prefix)) {}
  std::string_view Get(std::string_view member) const {
    return params_->Get(prefix_ + std::string(member));
  }
  bool Has(std::string_view member) const {
    return params_->Find(prefix_ + std::string(member)) != nullptr;
  }

 private:
  const http::Params* params_;
  std::string prefix_;
};
std::vector<QueryStructure> QueryStructures(const http::Params& params, std::string_view list);

/// Elements that are read of one list.
inline constexpr size_t kMaxQueryElements = 1000;

}  // namespace lifeboat::cloudformation
