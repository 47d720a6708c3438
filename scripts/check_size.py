#!/usr/bin/env python3
"""Holds files to 800 lines and functions to 70, lines to 100 columns, and the text to some habits.

Function lengths are counted by braces from a line at namespace or class level that opens a body; that is
enough for code in one format.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAX_FILE = 800
MAX_FUNCTION = 70
MAX_COLUMNS = 100
BANNED = re.compile(r"\b(FIXME|XXX|TODO|HACK)\b")
RAW_STRING = re.compile(r'(?<!\w)R"')
NOT_A_FUNCTION = re.compile(r"^\s*(namespace|class|struct|enum|union|extern|constexpr .*=|const .*=|static const .*=|inline constexpr .*=)")


def strip_literals(line):
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    line = re.sub(r"'(\\.|[^'\\])'", "''", line)
    return line.split("//")[0]


def functions(lines):
    """(first line, length) of each body that opens outside of any other body."""
    depth, start, base, raw = 0, None, 0, False
    containers = []  # depths at which namespaces, classes and initialisers opened
    statement = ""
    for number, line in enumerate(lines, 1):
        if raw:
            raw = ')"' not in line and ')~"' not in line
            continue
        opening = RAW_STRING.search(line)
        if opening and ')"' not in line[opening.end():]:
            raw = True
            line = line[:opening.start()]
        code = strip_literals(line)
        for char in code:
            if char == "{":
                if start is None:
                    if NOT_A_FUNCTION.match(statement) or ")" not in statement:
                        containers.append(depth)
                    else:
                        start, base = number, depth
                depth += 1
                statement = ""
            elif char == "}":
                depth -= 1
                if start is not None and depth == base:
                    yield start, number - start + 1
                    start = None
                elif containers and containers[-1] == depth:
                    containers.pop()
                statement = ""
            elif char == ";":
                statement = ""
            else:
                statement += char


def main():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [f for f in listed.splitlines() if f.endswith((".h", ".cc", ".py", ".sh")) and (ROOT / f).exists()]
    problems = []
    for name in files:
        lines = (ROOT / name).read_text().splitlines()
        if len(lines) > MAX_FILE:
            problems.append(f"{name}: {len(lines)} lines, the most is {MAX_FILE}")
        for number, line in enumerate(lines, 1):
            if len(line) > MAX_COLUMNS and name.endswith((".h", ".cc")) and "http" not in line and 'R"' not in line:
                problems.append(f"{name}:{number}: {len(line)} columns, the most is {MAX_COLUMNS}")
            if BANNED.search(line) and name != "scripts/check_size.py":
                problems.append(f"{name}:{number}: left over: {line.strip()}")
        if name.endswith((".h", ".cc")):
            for start, length in functions(lines):
                if length > MAX_FUNCTION:
                    problems.append(f"{name}:{start}: function of {length} lines, the most is {MAX_FUNCTION}")
    for problem in problems:
        print(problem)
    print(f"sizes: {len(files)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
