// The region's functions and the bytes of their code: read from storage at start, kept in memory,
// changed only after the change is durable.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lambda/function.h"
#include "storage/engine.h"

namespace lifeboat::lambda {

class Catalog {
 public:
  explicit Catalog(const storage::Engine& engine) : engine_(engine) {}
  Status Load();

  const Function* Find(std::string_view name) const;
  /// By name.
  const std::map<std::string, Function, std::less<>>& functions() const { return functions_; }
  /// The zip with that digest; kNotFound when it is not stored.
  Result<std::string> ReadCode(const std::string& code_hex) const;

  /// Adds to `batch` what makes `function` durable; `zip`, when given, is its new code. The code
  /// that no function uses any longer goes.
  void StagePut(storage::WriteBatch& batch, const Function& function,
                const std::string* zip = nullptr) const;
  void StageDelete(storage::WriteBatch& batch, const std::string& name) const;

  /// The staged change is durable: memory follows.
  void Put(Function function);
  void Delete(const std::string& name);

 private:
  /// True when a function other than `name` has that code.
  bool IsShared(const std::string& code_sha256, std::string_view name) const;

  const storage::Engine& engine_;
  std::map<std::string, Function, std::less<>> functions_;
};

}  // namespace lifeboat::lambda
