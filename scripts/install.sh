#!/bin/sh
# Make the environment from a lock file. Called by `make`, which sets
#   PYTHON       the Python to use
#   PYTHON_FROM  "file" when nobody named a Python: then an environment keeps the one it has
#   VENV         the folder of the environment
#   PACKAGES     "all", or "report" for those that reports and plans need
# The stamp, written last, says what the environment was made of; so an interrupted run leaves none.
# All packages are those of reports and others of the same lock: an environment for reports grows, and
# one that holds all is left as it is. While it grows its stamp stands, since nothing of a report is
# touched, and the mark `.growing` stands beside it: whoever then wants all gets a new environment.
set -eu

PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}
PACKAGES=${PACKAGES:-all}
stamp=$VENV/.installed
growing=$VENV/.growing
at_once=15 # packages for a line of progress
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

# Measured on Linux with Python 3.11; README.md says the same.
case $PACKAGES in
  all) lock=requirements.lock size="1.4 GB" ;;
  report) lock=requirements-report.lock size="550 MB" ;;
  *) fail "PACKAGES is $PACKAGES; it is all or report" ;;
esac
for file in requirements.lock requirements-report.lock pyproject.toml; do
  [ -f $file ] || fail "no $file here; run it in the folder of the project"
done

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

# 2. What is to be done?
sum() { cksum <"$1"; }
made_of="python $version
folder $(pwd -P)
packages"
for_reports="$made_of report $(sum requirements-report.lock)"
for_all="$made_of all $(sum requirements.lock)"
project="project $(sum pyproject.toml)"
had=$(cat "$stamp" 2>/dev/null) || had=
had_packages=${had%
project *}

case "$PACKAGES $had_packages" in
  "report $for_reports" | "report $for_all" | "all $for_all") todo=nothing ;;
  "all $for_reports") if [ -e "$growing" ]; then todo=all; else todo=more; fi ;;
  *) todo=all ;;
esac
"$VENV/bin/python" -c "" 2>/dev/null || todo=all

compile_project() { "$VENV/bin/python" -m compileall -qq imgstats tests benchmarks || :; }

if [ "$todo $had" = "nothing $had_packages
$project" ]; then
  compile_project
  say "$VENV is up to date (Python $version)"
  exit 0
fi

# 3. The environment, and its packages in parts: pip says nothing while it works on one.
unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIREMENT PIP_CONSTRAINT || :
PIP_DISABLE_PIP_VERSION_CHECK=1
export PIP_DISABLE_PIP_VERSION_CHECK
pip() { "$VENV/bin/python" -m pip "$@"; }

# The lock names all that is needed, so pip need not look for more; `pip check` asks afterwards.
install_packages() {
  part=$VENV/.part
  total=$(grep -c '^[a-z0-9]' "$lock" || :)
  from=1
  while [ "$from" -le "$total" ]; do
    to=$((from + at_once - 1))
    [ "$to" -le "$total" ] || to=$total
    awk -v from="$from" -v to="$to" '/^[a-z0-9]/ { n++ } n >= from && n <= to' "$lock" >"$part"
    say "    $from to $to of $total: $(sed -n '/^[a-z0-9]/s/==.*//p' "$part" | sed -n '1p;$p' | paste -s -d : - | sed 's/:/ to /')"
    pip install -qq --progress-bar off --no-compile --no-deps --require-hashes --only-binary :all: -r "$part" ||
      fail "the packages could not be installed; see above"
    from=$((to + 1))
  done
  rm -f "$part"
  pip check >"$part" 2>&1 || { cat "$part" >&2; fail "the packages of $lock do not fit each other; see above"; }
  rm -f "$part"
}

case $todo in
  all)
    "$PYTHON" -c 'import venv, ensurepip' >/dev/null 2>&1 ||
      fail "Python $version ($PYTHON) lacks its venv or ensurepip module; install it (Debian and Ubuntu: apt-get install python${version%.*}-venv) and run make again"
    rm -f "$stamp"
    say "1/4 environment: $VENV with Python $version"
    "$PYTHON" -m venv --clear "$VENV" || fail "the environment could not be made; see above"
    say "2/4 packages of $lock ($size on disk; takes minutes the first time)"
    install_packages
    ;;
  more)
    : >"$growing"
    say "1/4 environment: $VENV stays"
    say "2/4 packages of $lock that are not there yet ($size on disk in the end; takes minutes)"
    install_packages
    ;;
esac
case $todo in
  nothing) packages=$had_packages ;;
  *) packages="$made_of $PACKAGES $(sum "$lock")" ;;
esac

# 4. The project itself, editable.
if [ "$todo ${had#"$had_packages"
}" != "more $project" ]; then
  rm -f "$stamp"
  say "3/4 imgstats"
  pip install -qq --no-deps --no-build-isolation --editable . ||
    fail "imgstats could not be installed; see above"
fi

# A report compiles what it imports, a third of all; the tests import nearly everything.
say "4/4 bytecode"
if [ "$PACKAGES" = all ]; then
  "$VENV/bin/python" -m compileall -qq -j 0 "$VENV/lib" || :
fi
compile_project

printf '%s\n%s\n' "$packages" "$project" >"$stamp.new"
mv "$stamp.new" "$stamp"
rm -f "$growing"
say "done: $VENV (Python $version)"
