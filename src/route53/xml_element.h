// A request body as a tree of elements. Namespaces and attributes mean nothing in this API.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::route53 {

inline constexpr size_t kMaxBodyBytes = 4 << 20;
inline constexpr int kMaxXmlDepth = 16;

struct XmlElement {
  std::string name;
  std::string text;  ///< Without white space around it.
  std::vector<XmlElement> children;

  /// nullptr when absent.
  const XmlElement* Find(std::string_view child) const;
  /// Text of the child; empty when absent.
  std::string_view Get(std::string_view child) const;
  bool Has(std::string_view child) const { return Find(child) != nullptr; }
};

/// Reads a document whose root element is `root`. kInvalid when it is not well-formed, too large,
/// too deep, or has another root.
Result<XmlElement> ParseXml(std::string_view body, std::string_view root);

}  // namespace lifeboat::route53
