#!/bin/bash
# Checks and tests; docker/setup.sh test comes first. Ends with one line: N passed, N failed.
#   docker/test.sh         everything but the tests that take minutes, within 600 s
#   docker/test.sh quick   what needs no database and no browser, within 90 s
#   docker/test.sh long    everything, however long it takes
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
case ${1:-} in
"") budget_s=600 what=(-n 2) ;;
quick) budget_s=90 what=(tests/unit tests/promises/test_house.py tests/promises/test_metres.py) ;;
long) budget_s="" what=(-n 2 -m "long or not long") ;;
*) sed -n '2,5s/^# *//p' "$0" >&2 && exit 2 ;;
esac
began_s=$SECONDS
passed=0
failed=0
faults=""
work=$(mktemp -d)
trap 'kill ${types:-} 2>/dev/null; rm -rf "$work"' EXIT

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

# result_of PROCESS FILE: what the process wrote into the file, and how it ended
result_of() {
    wait "$1"
    local ended=$?
    cat "$2"
    return $ended
}

# read_report FILE: lists the slowest tests of a JUnit report; then its numbers on one line. None means failed.
read_report() {
    $python - "$1" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree

try:
    suite = next(tree.parse(sys.argv[1]).iter("testsuite"))
except (OSError, StopIteration, tree.ParseError):
    print(0, 1, 0)
    sys.exit()
for case in sorted(suite.iter("testcase"), key=lambda case: -float(case.get("time", 0)))[:20]:
    print(f"{float(case.get('time', 0)):7.2f} s  {case.get('classname').replace('.', '/')}.py::{case.get('name')}")
bad, skipped = (sum(int(suite.get(kind, 0)) for kind in kinds) for kinds in (("failures", "errors"), ("skipped",)))
print(int(suite.get("tests")) - bad - skipped, bad, skipped)
PYTHON
}

check "lint" $python -m ruff check --output-format=concise
check "format" $python -m ruff format --check
check "browser modules" node --test --test-reporter=spec tests/js/*.test.js
$python -m mypy >"$work/types" 2>&1 </dev/null & # beside the tests: half of their time they wait
types=$!

echo "== tests"
$python -m pytest -q --junitxml="$work/report.xml" "${what[@]}" </dev/null
ended=$?
check "types" result_of $types "$work/types"
types=""

echo "== the slowest tests"
read_report "$work/report.xml" >"$work/slowest"
sed '$d' "$work/slowest"
read -r good bad skipped < <(tail -n 1 "$work/slowest")
[ "$bad" -eq 0 ] && { [ "$ended" -ne 0 ] || [ "$good" -eq 0 ]; } && bad=1
[ "$bad" -gt 0 ] && faults="$faults, tests"

took_s=$((SECONDS - began_s))
over=""
[ -n "$budget_s" ] && [ $took_s -gt "$budget_s" ] && over=": OVER THE BUDGET by $((took_s - budget_s)) s"
echo "== $took_s s${budget_s:+ of $budget_s s}$over"
echo "== summary: ${faults:+failed: ${faults#, }; }$skipped skipped"
echo "$((passed + good)) passed, $((failed + bad)) failed"
[ $((failed + bad)) -eq 0 ]
