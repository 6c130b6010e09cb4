#!/usr/bin/python3
"""Writes every named query of src/ into one C++ file, for the test that prepares them all on both engines.

usage: collect_queries.py SOURCE_FOLDER OUTPUT.cpp

A query is written {"area.verb", R"sql(...)sql"} in a .cpp file that is no test. Whatever holds R"sql( in another
form, or is a db::Query without it, is an error: it would escape the test.
"""

import pathlib
import re
import sys

QUERY = re.compile(r'\{\s*"([^"\n]+)"\s*,\s*R"sql\((.*?)\)sql"\s*\}', re.DOTALL)
DECLARED = re.compile(r"\bdb::Query\s+k\w+\s*(?:=\s*)?\{")


def queries_of(source: pathlib.Path) -> list[tuple[str, str, int]]:
    text = source.read_text(encoding="utf-8")
    found = [(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in QUERY.finditer(text)]
    if text.count('R"sql(') != len(found) or len(DECLARED.findall(text)) > len(found):
        sys.exit(f'{source}: write each query as db::Query kName{{"area.verb", R"sql(...)sql"}}')
    return found


def main(folder: pathlib.Path, output: pathlib.Path) -> None:
    lines = ['#include "db/query_list.h"', "", "namespace outrider::db {", ""]
    lines += ["std::vector<ListedQuery> all_queries() {", "  return {"]
    for source in sorted(folder.rglob("*.cpp")):
        if source.name.endswith("_test.cpp"):
            continue
        for name, sql, line in queries_of(source):
            place = f"{source.relative_to(folder)}:{line}"
            lines.append(f'      {{"{place}", {{"{name}", R"sql({sql})sql"}}}},')
    lines += ["  };", "}", "", "}  // namespace outrider::db", ""]
    text = "\n".join(lines)
    if not output.exists() or output.read_text(encoding="utf-8") != text:
        output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
