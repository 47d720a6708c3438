#include "dynamodb/number.h"

#include <algorithm>
#include <array>
#include <limits>

namespace lifeboat::dynamodb {
namespace {

// Range of Number::exponent(), for values 0.digits * 10^exponent: 1E-130 to 9.99...E+125.
constexpr int kMinExponent = -129;
constexpr int kMaxExponent = 126;
// Columns that two aligned numbers can span, and one for the carry.
constexpr int kMaxColumns = kMaxExponent - kMinExponent + Number::kMaxDigits + 1;

// First byte of the sortable form.
constexpr char kNegative = 1;
constexpr char kZero = 2;
constexpr char kPositive = 3;
// Ends a negative number, so that of two with a common start the longer one sorts first.
constexpr char kNegativeEnd = static_cast<char>(0xff);

Error Overflow() {
  return InvalidError(
      "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

Error Underflow() {
  return InvalidError(
      "Number underflow. Attempting to store a number with magnitude smaller than supported range");
}

Error NotNumeric(std::string_view text) {
  return InvalidError("The parameter cannot be converted to a numeric value: " + std::string(text));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// What Parse has read before it judges the range.
struct Scanned {
  bool negative = false;
  std::string digits;    // Without the point; leading zeros are dropped.
  int64_t fraction = 0;  // Digits after the point.
  int64_t exponent = 0;  // As written.
  bool any_digit = false;
};

// Reads `e+12`; false when malformed or beyond 64 bits.
bool ScanExponent(std::string_view text, int64_t& exponent) {
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text.empty()) return false;
  uint64_t value = 0;
  const uint64_t limit = uint64_t{std::numeric_limits<int64_t>::max()} + (negative ? 1 : 0);
  for (const char c : text) {
    if (!IsDigit(c)) return false;
    const auto digit = static_cast<uint64_t>(c - '0');
    if (value > (limit - digit) / 10) return false;
    value = value * 10 + digit;
  }
  // Far beyond the range any value means the same, and sums stay within 64 bits.
  const auto clamped = static_cast<int64_t>(std::min<uint64_t>(value, uint64_t{1} << 40));
  exponent = negative ? -clamped : clamped;
  return true;
}

bool Scan(std::string_view text, Scanned& out) {
  size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) out.negative = text[i++] == '-';
  bool point = false;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !point) {
      point = true;
    } else if (IsDigit(c)) {
      out.any_digit = true;
      if (point) ++out.fraction;
      if (c != '0' || !out.digits.empty()) out.digits += c;
    } else {
      break;
    }
  }
  if (!out.any_digit) return false;
  if (i == text.size()) return true;
  return (text[i] == 'e' || text[i] == 'E') && ScanExponent(text.substr(i + 1), out.exponent);
}

// Decimal columns of a number, most significant first, aligned at `top`.
using Columns = std::array<int, kMaxColumns>;

void AddDigits(Columns& columns, const Number& n, int top, int sign) {
  const auto at = static_cast<size_t>(top - n.exponent());
  for (size_t i = 0; i < n.digits().size(); ++i) {
    columns[at + 1 + i] += sign * (n.digits()[i] - '0');
  }
}

int CompareMagnitude(const Number& a, const Number& b) {
  if (a.digits().empty() || b.digits().empty()) {
    return static_cast<int>(!a.digits().empty()) - static_cast<int>(!b.digits().empty());
  }
  if (a.exponent() != b.exponent()) return a.exponent() < b.exponent() ? -1 : 1;
  return a.digits().compare(b.digits());
}

}  // namespace

Number Number::FromInt(int64_t value) {
  Number n;
  n.negative_ = value < 0;
  n.digits_ = std::to_string(value).substr(n.negative_ ? 1 : 0);
  n.exponent_ = static_cast<int>(n.digits_.size());
  n.Canonicalize();
  return n;
}

Result<Number> Number::Parse(std::string_view text) {
  Scanned scanned;
  if (!Scan(text, scanned)) return NotNumeric(text);
  // The exponent of the first digit, d.ddd * 10^magnitude; of a zero, that of its last one.
  const auto size = static_cast<int64_t>(std::max<size_t>(scanned.digits.size(), 1));
  const int64_t magnitude = scanned.exponent - scanned.fraction + size - 1;
  if (magnitude + 1 > kMaxExponent) return Overflow();
  if (magnitude + 1 < kMinExponent) return Underflow();
  Number n;
  n.negative_ = scanned.negative;
  n.digits_ = std::move(scanned.digits);
  n.exponent_ = static_cast<int>(magnitude) + 1;
  n.Canonicalize();
  if (n.digits_.size() > kMaxDigits) {
    return InvalidError("Attempting to store more than 38 significant digits in a Number");
  }
  return n;
}

Result<Number> Number::ParseOlder(std::string_view text) {
  if (text.empty()) return InvalidError("The parameter cannot be converted to a numeric value");
  Scanned scanned;
  if (!Scan(text, scanned)) return NotNumeric(text);
  const int64_t scale = scanned.fraction - scanned.exponent;
  if (scale != static_cast<int32_t>(scale)) return NotNumeric(text);
  const auto size = static_cast<int64_t>(std::max<size_t>(scanned.digits.size(), 1));
  if (size - scale > std::numeric_limits<int32_t>::max()) return Underflow();
  return Parse(text);
}

void Number::Canonicalize() {
  const size_t first = digits_.find_first_not_of('0');
  if (first == std::string::npos) {
    *this = Number();
    return;
  }
  if (first > 0) digits_.erase(0, first);
  exponent_ -= static_cast<int>(first);
  digits_.erase(digits_.find_last_not_of('0') + 1);
}

std::string Number::ToString() const {
  if (digits_.empty()) return "0";
  std::string out = negative_ ? "-" : "";
  if (exponent_ <= 0) {
    out += "0.";
    out.append(static_cast<size_t>(-exponent_), '0');
    return out + digits_;
  }
  const auto whole = static_cast<size_t>(exponent_);
  if (digits_.size() <= whole) {
    out += digits_;
    out.append(whole - digits_.size(), '0');
    return out;
  }
  out.append(digits_, 0, whole);
  out += '.';
  out.append(digits_, whole);
  return out;
}

Result<Number> Number::Combine(const Number& a, const Number& b, bool subtract) {
  const bool b_negative = b.negative_ != subtract;
  // The larger magnitude gives the sign, so that no column borrows beyond the first.
  const bool swap = CompareMagnitude(a, b) < 0;
  const Number& large = swap ? b : a;
  const Number& small = swap ? a : b;
  const bool large_negative = swap ? b_negative : a.negative_;
  const bool small_negative = swap ? a.negative_ : b_negative;
  if (large.digits_.empty()) return Number();
  if (small.digits_.empty()) {
    Number n = large;
    n.negative_ = large_negative;
    return n;
  }
  const int top = large.exponent_;
  Columns columns{};
  AddDigits(columns, large, top, 1);
  AddDigits(columns, small, top, large_negative == small_negative ? 1 : -1);
  Number n;
  n.negative_ = large_negative;
  n.exponent_ = top + 1;  // The first column is the carry's.
  n.digits_.assign(columns.size(), '0');
  int carry = 0;
  for (size_t i = columns.size(); i-- > 0;) {
    const int sum = columns[i] + carry;
    carry = sum < 0 ? -1 : sum / 10;
    n.digits_[i] = static_cast<char>('0' + (sum - carry * 10));
  }
  n.Canonicalize();
  if (n.exponent_ > kMaxExponent || n.digits_.size() > kMaxDigits) return Overflow();
  if (n.exponent_ < kMinExponent) return Underflow();
  return n;
}

Result<Number> Number::Add(const Number& a, const Number& b) { return Combine(a, b, false); }

Result<Number> Number::Subtract(const Number& a, const Number& b) { return Combine(a, b, true); }

std::strong_ordering Number::operator<=>(const Number& other) const {
  if (negative_ != other.negative_) {
    return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  const int magnitude = CompareMagnitude(*this, other);
  return (negative_ ? -magnitude : magnitude) <=> 0;
}

// Sign byte, exponent byte, then two digits a byte; of negative numbers all turned round.
std::string Number::EncodeSortable() const {
  if (digits_.empty()) return std::string(1, kZero);
  std::string out;
  out.reserve(3 + (digits_.size() + 1) / 2);
  const int biased = exponent_ - kMinExponent;
  out += negative_ ? kNegative : kPositive;
  out += static_cast<char>(negative_ ? 0xff - biased : biased);
  for (size_t i = 0; i < digits_.size(); i += 2) {
    const int low = i + 1 < digits_.size() ? digits_[i + 1] - '0' : 0;
    const int pair = (digits_[i] - '0') * 10 + low;
    out += static_cast<char>(negative_ ? 0xfe - pair : pair + 1);
  }
  if (negative_) out += kNegativeEnd;
  return out;
}

Result<Number> Number::DecodeSortable(std::string_view bytes) {
  const Error corrupt{ErrorCode::kCorrupt, "malformed number"};
  if (bytes.empty()) return corrupt;
  if (bytes[0] == kZero) return bytes.size() == 1 ? Result<Number>(Number()) : corrupt;
  Number n;
  n.negative_ = bytes[0] == kNegative;
  if (!n.negative_ && bytes[0] != kPositive) return corrupt;
  if (n.negative_) {
    if (bytes.back() != kNegativeEnd) return corrupt;
    bytes.remove_suffix(1);
  }
  constexpr size_t kMaxPairs = kMaxDigits / 2;
  if (bytes.size() < 3 || bytes.size() > 2 + kMaxPairs) return corrupt;
  const int biased = static_cast<uint8_t>(bytes[1]);
  n.exponent_ = (n.negative_ ? 0xff - biased : biased) + kMinExponent;
  for (const char c : bytes.substr(2)) {
    const int pair = n.negative_ ? 0xfe - static_cast<uint8_t>(c) : static_cast<uint8_t>(c) - 1;
    if (pair < 0 || pair > 99) return corrupt;
    n.digits_ += static_cast<char>('0' + pair / 10);
    n.digits_ += static_cast<char>('0' + pair % 10);
  }
  if (n.digits_[0] == '0' || n.digits_.compare(n.digits_.size() - 2, 2, "00") == 0) return corrupt;
  if (n.digits_.back() == '0') n.digits_.pop_back();
  return n;
}

}  // namespace lifeboat::dynamodb
