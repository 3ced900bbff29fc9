#!/bin/bash
# Runs every check and every test; docker/setup.sh test comes first. Ends with one line: N passed, N failed.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
passed=0
failed=0
faults=""

# check NAME COMMAND...: one check, counted as one
check() {
    local name=$1
    shift
    echo "== $name"
    if "$@" </dev/null; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        faults="$faults, $name"
    fi
}

# count FILE: the numbers of one JUnit report; a run that left none has failed
count() {
    $python - "$1" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree

try:
    told = next(tree.parse(sys.argv[1]).iter("testsuite")).attrib
except (OSError, StopIteration, tree.ParseError):
    print(0, 1, 0)
else:
    bad, skipped = int(told["failures"]) + int(told["errors"]), int(told["skipped"])
    print(int(told["tests"]) - bad - skipped, bad, skipped)
PYTHON
}

check "lint" $python -m ruff check --output-format=concise
check "format" $python -m ruff format --check
check "types" $python -m mypy
check "imports" $python -c "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
check "browser modules" node --test tests/js/*.test.js

echo "== tests"
report=$(mktemp)
$python -m pytest -q --junitxml="$report" </dev/null
ended=$?
read -r good bad skipped < <(count "$report")
rm -f "$report"
[ "$ended" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
[ "$bad" -gt 0 ] && faults="$faults, tests"

echo "== summary: ${faults:+failed: ${faults#, }; }$skipped skipped"
echo "$((passed + good)) passed, $((failed + bad)) failed"
[ $((failed + bad)) -eq 0 ]
