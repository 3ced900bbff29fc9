#!/bin/sh
# Prints the Python to use: 3.11 or newer, able to make a virtual environment. Exit code 1 when there is none.
for python in "${GRIDCOMMAND_BASE_PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    [ -n "$python" ] || continue
    "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    command -v "$python"
    exit 0
done
exit 1
