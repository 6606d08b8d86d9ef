#!/bin/sh
# Make the environment from requirements.lock. Called by `make install`, which sets
#   PYTHON       the Python to use
#   PYTHON_FROM  "file" when nobody named a Python: then an environment keeps the one it has
#   VENV         the folder of the environment
# The stamp, written last, says what the environment was made of; so an interrupted run leaves none.
set -eu

PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}
stamp=$VENV/.installed
need="imgstats needs Python 3.11, 3.12 or 3.13"

say() { printf '%s\n' "==> $*"; }
fail() { printf '%s\n' "make install: $*" >&2; exit 1; }

# Prints the version and, on a second line, the interpreter that virtual environments are made with.
ask='import sys
print("%d.%d.%d" % sys.version_info[:3])
print(getattr(sys, "_base_executable", "") or sys.executable)'

suits() {
  case $1 in
    3.11.* | 3.12.* | 3.13.*) return 0 ;;
    *) return 1 ;;
  esac
}

# What to do about a Python that will not do: names one that is on the machine, if any.
advice() {
  for name in python3.13 python3.12 python3.11; do
    found=$("$name" -c "$ask" 2>/dev/null | head -n 1) || found=
    if suits "$found"; then
      echo "this machine has $name: run make again with PYTHON=$name"
      return
    fi
  done
  echo "install one and run make again with PYTHON=/path/to/it"
}

[ -f requirements.lock ] && [ -f pyproject.toml ] || fail "run it in the folder that holds requirements.lock and pyproject.toml"

# 1. Which Python?
if [ "${PYTHON_FROM:-}" = file ] && [ -f "$stamp" ] && "$VENV/bin/python" -c "" 2>/dev/null; then
  PYTHON=$VENV/bin/python
fi
command -v "$PYTHON" >/dev/null 2>&1 || fail "no command $PYTHON; $need: $(advice)"
answer=$("$PYTHON" -c "$ask" 2>/dev/null) || fail "$PYTHON does not run; $need: $(advice)"
version=$(printf '%s\n' "$answer" | sed -n 1p)
base=$(printf '%s\n' "$answer" | sed -n 2p)
suits "$version" || fail "$PYTHON is Python $version; $need: $(advice)"
if [ -x "$base" ]; then PYTHON=$base; fi

# 2. Is there anything to do?
sum() { cksum <"$1"; }
made_of="python $version
lock $(sum requirements.lock)
folder $(pwd -P)"
wanted="$made_of
project $(sum pyproject.toml)"
had=$(cat "$stamp" 2>/dev/null) || had=

compile_project() { "$VENV/bin/python" -m compileall -qq imgstats tests benchmarks || :; }

if [ "$had" = "$wanted" ] && "$VENV/bin/python" -c "" 2>/dev/null; then
  compile_project
  say "$VENV is up to date (Python $version)"
  exit 0
fi

# 3. The environment, unless only pyproject.toml changed.
unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIREMENT PIP_CONSTRAINT || :
PIP_DISABLE_PIP_VERSION_CHECK=1
export PIP_DISABLE_PIP_VERSION_CHECK
pip() { "$VENV/bin/python" -m pip "$@"; }

case $had in
  "$made_of
project "*) fresh=no ;;
  *) fresh=yes ;;
esac
"$VENV/bin/python" -c "" 2>/dev/null || fresh=yes

if [ $fresh = yes ]; then
  "$PYTHON" -c 'import venv, ensurepip' >/dev/null 2>&1 ||
    fail "Python $version ($PYTHON) lacks its venv or ensurepip module; install it (Debian and Ubuntu: apt-get install python${version%.*}-venv) and run make again"
  rm -f "$stamp"
  say "1/4 environment: $VENV with Python $version"
  "$PYTHON" -m venv --clear "$VENV" || fail "the environment could not be made; see above"
  say "2/4 packages: $(grep -c '^[a-z0-9]' requirements.lock || :) entries of requirements.lock (takes minutes the first time)"
  pip install -qq --progress-bar off --compile --require-hashes --only-binary :all: -r requirements.lock ||
    fail "the packages could not be installed; see above"
else
  rm -f "$stamp"
fi

# 4. The project itself, editable.
say "3/4 imgstats"
pip install -qq --no-deps --no-build-isolation --editable . ||
  fail "imgstats could not be installed; see above"

say "4/4 bytecode"
compile_project

printf '%s\n' "$wanted" >"$stamp.new"
mv "$stamp.new" "$stamp"
say "done: $VENV (Python $version)"
