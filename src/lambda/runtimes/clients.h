// The programs that speak the runtime API for functions of managed runtimes: one file a language,
// built into this program (clients.cc.in).
#pragma once

#include <string_view>

namespace lifeboat::lambda {

extern const std::string_view kNodeClient;    ///< node.cjs
extern const std::string_view kPythonClient;  ///< python.py

}  // namespace lifeboat::lambda
