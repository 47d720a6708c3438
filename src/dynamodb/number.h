// Number: DynamoDB's decimal, 38 significant digits, magnitude 1E-130 to 9.99...E+125, exact.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::dynamodb {

/// Canonical: no leading or trailing zero digits; zero has no digits and no sign.
class Number {
 public:
  static constexpr int kMaxDigits = 38;

  Number() = default;  ///< Zero.
  static Number FromInt(int64_t value);
  /// Reads AWS's syntax: sign, digits, point, exponent. The error's message is AWS's text
  /// (`The parameter cannot be converted to a numeric value: x`, `Number overflow. ...`, `Number
  /// underflow. ...`, `Attempting to store more than 38 significant digits in a Number`).
  /// A zero is refused as well when its exponent is out of range, as AWS does.
  static Result<Number> Parse(std::string_view text);
  /// As AWS's older layer reads it, with Java's BigDecimal: the magnitude is an integer of 32 bits
  /// that wraps, so that `1e2147483647` underflows, and `no number` is told without the text.
  static Result<Number> ParseOlder(std::string_view text);

  /// Canonical text as AWS answers it: plain decimal, no exponent (`1E2` is `100`).
  std::string ToString() const;
  /// Exact. `Number overflow. ...` or `Number underflow. ...` when the result does not fit; AWS
  /// calls a result of more than 38 digits an overflow too.
  static Result<Number> Add(const Number& a, const Number& b);
  static Result<Number> Subtract(const Number& a, const Number& b);
  std::strong_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const = default;

  /// Bytes that sort as the numbers do; for keys. Decode takes exactly what Encode made.
  std::string EncodeSortable() const;
  static Result<Number> DecodeSortable(std::string_view bytes);

  bool negative() const { return negative_; }
  /// Digits '0'-'9'; the value is 0.digits * 10^exponent.
  const std::string& digits() const { return digits_; }
  int exponent() const { return exponent_; }

 private:
  static Result<Number> Combine(const Number& a, const Number& b, bool subtract);
  /// Drops zero digits at both ends.
  void Canonicalize();

  bool negative_ = false;
  std::string digits_;
  int exponent_ = 0;
};

}  // namespace lifeboat::dynamodb
