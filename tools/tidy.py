#!/usr/bin/python3
"""Checks the tree itself: what a machine can hold, no review has to discuss.

Lengths of files and lines, fenced third-party headers, the order of the modules, banned calls, files that no
CMakeLists names, headers that are not self-contained, leftovers. Prints each finding as path:line: text.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINE_MAX = 110
FILE_MAX = 500
TABLE_FILE_MAX = 800  # tests and tables of data
TABLE_FILES = re.compile(r"(_test\.cpp|_words\.cpp|_api\.cpp|/api\.cpp)$")

# Third-party headers and the only places that may include them.
FENCES = [
    (r"<boost/beast", r"^src/http/"),
    (r"<boost/asio", r"^src/(http|net|mail|jobs|sending|receiving|sandbox|app)/|^bench/|^tests/"),
    (r"<boost/json", r"^src/wire/"),
    (r"<openssl/", r"^src/net/|^tests/support/"),
    (r"<(ares|curl/)", r"^src/net/"),
    (r"<gmime/", r"^src/mail/mime|^bench/mime"),
    (r"<sqlite3\.h>", r"^src/db/sqlite|^bench/"),
    (r"<libpq-fe\.h>", r"^src/db/postgres"),
    (r"<sodium\.h>", r"^src/core/secrets\.cpp"),
    (r"<cctz/", r"^src/core/zone"),
    (r"<spdlog/", r"^src/core/log\.cpp"),
    (r"<prometheus/", r"^src/http/metrics"),
    (r"<toml\+\+", r"^src/app/"),
    (r"<CLI/", r"^src/app/"),
    (r"<libpsl\.h>", r"^src/mail/"),
    (r"<linear\.h>", r"^src/classifier/linear\.cpp"),
    (r"<idn2\.h>", r"^src/mail/"),
]

# Calls that are banned, where they are allowed all the same, and what to use.
BANNED = [
    (r"\bstd::regex\b", None, "a hand-written scanner: std::regex recurses on hostile input"),
    (r"\bstrtok\s*\(", None, "split()"),
    (r"(?<![\w:.>])s?rand\s*\(", None, "outrider::Random"),
    (r"system_clock::now", r"^src/core/clock\.cpp", "the injected Clock"),
    (r"(?<![\w.>])std::time\s*\(|(?<![\w:.>])time\s*\(\s*(nullptr|NULL|0)\s*\)", None, "the injected Clock"),
    (r"\bstd::cout\b", r"^(src/app/|bench/)", "log, or print in the command line only"),
    (r"\b(TODO|FIXME|XXX)\b", None, "finish it, or leave it out"),
]


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
                            cwd=ROOT, capture_output=True, text=True, check=True)
    return [pathlib.Path(f) for f in listed.stdout.split("\n") if f and (ROOT / f).exists()]


def module_dependencies():
    """Module name -> the modules its CMakeLists lets it include, transitively."""
    direct = {}
    for cmake in (ROOT / "src").glob("*/CMakeLists.txt"):
        text = cmake.read_text()
        direct[cmake.parent.name] = set(re.findall(r"outrider::(\w+)", text))
    whole = {}

    def resolve(name):
        if name not in whole:
            whole[name] = {name}
            for other in direct.get(name, ()):
                whole[name] |= resolve(other)
        return whole[name]

    for name in direct:
        resolve(name)
    return whole


def check_cpp(path, text, dependencies, report):
    name = str(path)
    limit = TABLE_FILE_MAX if TABLE_FILES.search(name) else FILE_MAX
    lines = text.split("\n")
    if len(lines) > limit:
        report(path, len(lines), f"{len(lines)} lines, at most {limit}: is it still one idea?")
    module = path.parts[1] if path.parts[0] == "src" and len(path.parts) > 2 else None
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_MAX and "R\"" not in line and "http" not in line:
            report(path, number, f"{len(line)} columns, at most {LINE_MAX}")
        for pattern, where in FENCES:
            if line.startswith("#include") and re.search(pattern, line) and not re.search(where, name):
                report(path, number, f"{line} belongs in {where} only")
        for pattern, where, instead in BANNED:
            if re.search(pattern, line) and not (where and re.search(where, name)):
                report(path, number, f"banned: use {instead}")
        used = re.match(r'#include "(\w+)/', line)
        if module and used and (ROOT / "src" / used[1]).is_dir() and used[1] not in dependencies.get(module, {module}):
            report(path, number, f"{module} does not depend on {used[1]} in its CMakeLists.txt")
        if module and module != "app" and re.match(r'#include "(?!%s/)(\w+)/api\.h"' % module, line):
            report(path, number, "a slice never includes another slice's api.h: call its store or domain function")


def check_listed(path, report):
    if path.suffix != ".cpp" or path.parts[0] != "src":
        return
    cmake = ROOT / path.parts[0] / path.parts[1] / "CMakeLists.txt"
    if not cmake.exists() or not re.search(r"(^|[\s/])%s($|[\s)])" % re.escape(path.name), cmake.read_text(), re.M):
        report(path, 1, f"not named in {cmake.relative_to(ROOT)}")


def check_self_contained(path, text, report):
    """A source that includes its own header first proves that the header stands alone."""
    header = path.with_suffix(".h")
    if path.suffix != ".cpp" or path.parts[0] != "src" or not (ROOT / header).exists():
        return
    first = re.search(r'^#include\s+(\S+)', text, re.M)
    if first and first[1] != f'"{header.relative_to("src")}"':
        report(path, 1, f"include {header.name} first, which shows that it is self-contained")


def main():
    findings = []
    dependencies = module_dependencies()

    def report(path, line, text):
        findings.append(f"{path}:{line}: {text}")

    files = tracked("*.cpp", "*.h")
    for path in files:
        text = (ROOT / path).read_text()
        check_cpp(path, text, dependencies, report)
        check_listed(path, report)
        check_self_contained(path, text, report)
    print("\n".join(findings) if findings else f"tidy: {len(files)} files")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
