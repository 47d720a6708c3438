#!/usr/bin/env python3
"""Holds the assertions of src/ to scripts/checks_allowed.txt.

An assertion (`Check`) ends the process, so nothing that comes from outside (clients, peers, files, resolvers) may
reach one. Each that there is stands in the list with the reason why it can't be; this fails when one appears that is
not listed, or a listed one is gone. Tests and fuzz targets may assert what they like.
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = ROOT / "scripts/checks_allowed.txt"
# `Check(` that is no member and no other name's end; its text is the last literal before the call ends.
CALL = re.compile(r"(?<![\w.:>])Check\(")
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')
NOT_OURS = ("_test.cc", "_fuzz.cc", "_bench.cc", "base/check.h", "sim/checkers.h", "drill/testing/hand_journal.h")


def call_text(code, start):
    """The text between the parentheses of the call whose `(` is at `start`."""
    depth, quoted, i = 0, False, start
    while i < len(code):
        char = code[i]
        if quoted:
            i += char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return code[start:i]
        i += 1
    return code[start:]


def found():
    """{(file, text): times} of the assertions in src/."""
    calls = collections.Counter()
    for path in sorted((ROOT / "src").rglob("*")):
        name = str(path.relative_to(ROOT / "src"))
        if path.suffix not in (".h", ".cc") or name.endswith(NOT_OURS):
            continue
        code = re.sub(r"//.*", "", path.read_text())
        for match in CALL.finditer(code):
            literals = LITERAL.findall(call_text(code, match.end() - 1))
            calls[name, literals[-1] if literals else ""] += 1
    return calls


def listed():
    """{(file, text): times} of the list, and its own mistakes."""
    calls, problems = collections.Counter(), []
    for number, line in enumerate(LIST.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) not in (3, 4) or not all(parts):
            problems.append(f"scripts/checks_allowed.txt:{number}: write `file | text | why it can't be reached`")
            continue
        times = int(parts[3].removeprefix("x")) if len(parts) == 4 else 1
        calls[parts[0], parts[1]] += times
    return calls, problems


def main():
    there, (allowed, problems) = found(), listed()
    for (name, text), times in sorted((there - allowed).items()):
        problems.append(f"src/{name}: Check \"{text}\" is not listed ({times}); return an error if bytes from outside can "
                        "reach it, else add it to scripts/checks_allowed.txt with the reason")
    for (name, text), times in sorted((allowed - there).items()):
        problems.append(f"scripts/checks_allowed.txt: {name} has no Check \"{text}\" ({times} too many)")
    for problem in problems:
        print(problem)
    print(f"checks: {sum(there.values())} in src, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
