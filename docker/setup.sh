#!/bin/bash
# Sets up what is missing, and only that: docker/setup.sh run | test
# Each step leaves a stamp named by the content it was made from, written last: an interrupted step is done again,
# a changed lock file is followed, and when nothing changed this takes no time.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:?run or test}

say() { echo "$1 / $2" >&2; }
stamp_of() { sha256sum "$1" | cut -c1-16; }

exec 9<. && flock 9 # one set-up at a time in this folder

docker/install.sh "$what"

lock=requirements.lock
[ "$what" = test ] && lock=requirements-test.lock
stamp=.venv/.have-$(stamp_of $lock)
if [ ! -e "$stamp" ]; then
    # rebuilt when an earlier set-up was cut off, or its Python is gone
    if [ -e .venv/.unfinished ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        python=$(docker/python.sh) || {
            say "需要 Python 3.11 或更高版本(含 venv)。请安装后重试。" "Python 3.11 or newer with venv is needed. Install it and try again."
            exit 2
        }
        say "正在建立 Python 环境(.venv)" "Making the Python environment (.venv)"
        rm -rf .venv
        mkdir .venv
        touch .venv/.unfinished
        "$python" -m venv .venv
    fi
    touch .venv/.unfinished
    say "正在安装 Python 库(约 1 至 3 分钟)" "Installing the Python libraries (1 to 3 minutes)"
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off --require-hashes \
        --requirement $lock | sed -u -n 's/^Collecting \([^ ]*\).*/  \1/p; s/^Installing collected.*/  .../p' >&2
    .venv/bin/python -m pip check >/dev/null
    touch "$stamp" ".venv/.have-$(stamp_of requirements.lock)"
    rm -f .venv/.unfinished
fi

stamp=node_modules/.have-$(stamp_of package-lock.json)
if [ ! -e "$stamp" ]; then
    say "正在从 npm 获取浏览器库" "Fetching the browser libraries from npm"
    npm ci --ignore-scripts --no-audit --no-fund
    touch "$stamp"
fi
