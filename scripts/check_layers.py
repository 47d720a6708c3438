#!/usr/bin/env python3
"""Holds the includes of src/ to the table in src/README.md, and pure folders to purity.

A folder may include folders of lower floors, itself, and those that its row names as arrows. Pure folders
may not include headers that bring sockets, threads, files, clocks, environment or randomness.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SRC = ROOT / "src"

IMPURE = re.compile(
    r"<(thread|chrono|random|fstream|iostream|filesystem|condition_variable|future|ctime|time\.h|semaphore|"
    r"stop_token|latch|barrier|unistd\.h|fcntl\.h|poll\.h|signal\.h|csignal|netdb\.h|sys/[a-z]+\.h|netinet/[a-z]+\.h|"
    r"arpa/[a-z]+\.h|boost/asio.*|boost/beast.*|rocksdb/.*|openssl/rand\.h|openssl/ssl\.h)>")
IMPURE_CALLS = re.compile(r"\b(std::getenv|getenv|std::rand|srand|clock_gettime|gettimeofday|std::system)\s*\(")


def read_table():
    """{folder: (floor, arrows, pure)} from the rows of src/README.md."""
    table = {}
    for line in (SRC / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and cells[0].isdigit():
            table[cells[1]] = (int(cells[0]), cells[2].split(), cells[3] == "yes")
    return table


def folder_of(path, table):
    """The longest folder of the table that holds `path` (storage/rocks before storage)."""
    parts = path.split("/")[:-1]
    for count in range(len(parts), 0, -1):
        name = "/".join(parts[:count])
        if name in table:
            return name
    return None


def check_file(path, table):
    name = str(path.relative_to(SRC))
    folder = folder_of(name, table)
    if folder is None:
        yield f"{name}: its folder is not in src/README.md"
        return
    floor, arrows, pure = table[folder]
    is_test = name.endswith(("_test.cc", "_fuzz.cc", "_bench.cc"))
    for number, line in enumerate(path.read_text().splitlines(), 1):
        own = re.match(r'\s*#include "([^"]+)"', line)
        if own:
            target = folder_of(own.group(1), table)
            if target is None:
                yield f"{name}:{number}: include \"{own.group(1)}\" names no folder of src/README.md"
            elif target != folder and table[target][0] >= floor and target not in arrows and not is_test:
                yield f"{name}:{number}: {folder} (floor {floor}) may not include {target} (floor {table[target][0]})"
        if pure and not is_test:
            if re.match(r"\s*#include", line) and IMPURE.search(line):
                yield f"{name}:{number}: {folder} is pure: {line.strip()}"
            if IMPURE_CALLS.search(line):
                yield f"{name}:{number}: {folder} is pure: {line.strip()}"


def main():
    table = read_table()
    if not table:
        sys.exit("src/README.md: no table of floors found")
    files = sorted(p for p in SRC.rglob("*") if p.suffix in (".h", ".cc"))
    problems = [problem for path in files for problem in check_file(path, table)]
    for problem in problems:
        print(problem)
    print(f"layers: {len(files)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
