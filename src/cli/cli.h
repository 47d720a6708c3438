// The command line: what may be typed, and what is then done.
#pragma once

namespace lifeboat::cli {

/// Runs one command; the process's exit code.
int Main(int argc, char** argv);

}  // namespace lifeboat::cli
