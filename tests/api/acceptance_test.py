"""Every line of acceptance.txt has a test that bears its name.

acceptance_test.py --list prints each line with its tests.
"""

import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# `test_E3_E4_keys` bears E3 and E4, `test_W05_workload` W5, `F12_to_F15` four; doctest names are sentences.
PYTHON_TEST = re.compile(r"def (test_\w+)")
DOCTEST = re.compile(r"TEST_CASE\(\s*\"((?:[^\"\\]|\\.)*)\"")
LEADING = re.compile(r"test_((?:[a-z]{1,2}[0-9]+_)+)")  # test_a8_... is test_A8_...
CODE = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,2})0*([1-9][0-9]?)(?![0-9A-Za-z])")
RANGE = re.compile(r"([A-Z]{1,2})0*([1-9][0-9]?) to (?:[A-Z]{1,2})?0*([1-9][0-9]?)")
SNAKE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")


def lines():
    """{name: what it says}"""
    wanted = {}
    for line in (HERE / "acceptance.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, words = line.partition(" ")
            wanted[name] = words
    return wanted


def borne(name):
    """The codes and snake_case names that the name of a test bears."""
    if led := LEADING.match(name):
        name = "test_" + led.group(1).upper() + name[led.end(1):]
    words = name.replace("_", " ")
    found = {letters + number for letters, number in CODE.findall(words)}
    for letters, first, last in RANGE.findall(words):
        found |= {f"{letters}{number}" for number in range(int(first), int(last) + 1)}
    return found | {part.removeprefix("test_") for part in SNAKE.findall(name)}


def tests_of_lines():
    """{name of a line: [test]}; a snake_case line may be the beginning of a test's name."""
    found = {name: [] for name in lines()}
    for pattern, files in ((PYTHON_TEST, ROOT.glob("tests/**/*_test.py")), (DOCTEST, ROOT.glob("src/**/*_test.cpp"))):
        for path in sorted(files):
            for test in pattern.findall(path.read_text()):
                bears = borne(test)
                for line in found:
                    if line in bears or ("_" in line and any(part.startswith(line) for part in bears)):
                        found[line].append(f"{path.relative_to(ROOT)}: {test}")
    return found


class AcceptanceTest(unittest.TestCase):
    def test_every_line_has_a_test(self):
        words = lines()
        missing = [f"{name} {words[name]}" for name, tests in tests_of_lines().items() if not tests]
        self.assertEqual(missing, [], f"{len(missing)} lines without a test:\n" + "\n".join(missing))


if __name__ == "__main__":
    if "--list" in sys.argv:
        for name, tests in tests_of_lines().items():
            print(f"{name} {lines()[name]}", *(f"    {test}" for test in tests), sep="\n")
        sys.exit()
    unittest.main()
