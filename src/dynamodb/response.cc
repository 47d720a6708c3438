#include "dynamodb/response.h"

namespace lifeboat::dynamodb {

std::string DoubleText(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace lifeboat::dynamodb
