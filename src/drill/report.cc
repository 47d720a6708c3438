#include "drill/report.h"

namespace lifeboat::drill {

std::string ReportJson(const Report& report) { return json::WritePretty(report.json) + "\n"; }

}  // namespace lifeboat::drill
