#!/bin/sh
# Starts the centre with everything it needs already set up. The container and `make run` both end here.
set -eu
cd "$(dirname "$0")/.."
exec "${GRIDCOMMAND_PYTHON:-.venv/bin/python}" app.py run "$@"
