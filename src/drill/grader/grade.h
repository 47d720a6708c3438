// The grader: from the journal alone to the report. Pure, so that anyone can
// grade a journal again and must get the same (docs/drill.md;
// tests/drill/regrade.py is another one in Python).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "drill/report.h"

namespace lifeboat::drill {

/// Grades all runs in the journal. The error names the line that can't be read.
/// But for the chain, the order of lines does not matter.
Result<Report> Grade(const std::vector<std::string>& lines);
/// The same for the text of journal.jsonl. A last line without its line end (a
/// drill that was cut off) is left out.
Result<Report> GradeText(std::string_view text);
/// The lines of RTO and RPO of the last run in the journal of a drill that still goes on: what they
/// say after the audit is what the report will say.
Result<std::vector<std::string>> RtoAndRpoSoFar(std::string_view text);

}  // namespace lifeboat::drill
