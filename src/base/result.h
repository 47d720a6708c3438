// Result<T>: a value or an Error. We throw no exceptions of our own; those of libraries are
// caught where the library is wrapped.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace lifeboat {

/// What went wrong, as far as some code reacts to it. Everything else is in the message.
enum class ErrorCode {
  kInvalid,  ///< The input is wrong; trying again changes nothing.
  kNotFound,
  kAlreadyExists,
  kLimit,           ///< A named limit was exceeded.
  kUnavailable,     ///< Not now; nothing was done; may be tried again.
  kUnknownOutcome,  ///< It may or may not have happened.
  kCorrupt,         ///< Stored or received bytes are not what they must be.
  kIo,
  kCancelled,
};

struct Error {
  ErrorCode code = ErrorCode::kInvalid;
  std::string message;
};

inline Error InvalidError(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

/// Holds a T or an E. Reading the wrong one is a bug of ours and ends the process.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const T& value() const& {
    Check(ok(), "Result holds an error");
    return *std::get_if<0>(&state_);
  }
  T& value() & {
    Check(ok(), "Result holds an error");
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    Check(ok(), "Result holds an error");
    return std::move(*std::get_if<0>(&state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  const E& error() const& {
    Check(!ok(), "Result holds a value");
    return *std::get_if<1>(&state_);
  }
  E&& error() && {
    Check(!ok(), "Result holds a value");
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, E> state_;
};

/// A Result without a value.
template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  Result(E error) : error_(std::move(error)), ok_(false) {}
  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const E& error() const {
    Check(!ok_, "Result holds a value");
    return error_;
  }

 private:
  E error_{};
  bool ok_ = true;
};

using Status = Result<void, Error>;

}  // namespace lifeboat
