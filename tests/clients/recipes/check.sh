#!/bin/bash
# Runs one recipe as a team would, with two workers, then kills its workers: check.sh RECIPE MOCKORG TOOLS
#
# A recipe passes if its tests do, if each of two workers has an org of its own, and if no org outlives its worker.
set -u
recipe=$1
REAL_MOCKORG=$(realpath "$2")
tools=$(realpath "$3")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
unset MOCKORG_KIT
export REAL_MOCKORG MOCKORG=$here/mockorg.sh MOCKORG_SCENARIO=$here/../../../scenarios/quickstart.toml
. "$here/../checks.sh"
runner=
trap 'leave' EXIT

leave() {
    [ -z "$runner" ] || kill -9 "$runner" 2>/dev/null
    [ ! -e "$work/killed" ] || kill -9 $(workers "$work/killed") 2>/dev/null
    rm -rf "$work"
}

# one of these replaces the process that calls it; the recipe lies in the current folder
pytest_() { exec "$tools/recipe-pytest/venv/bin/python" -m pytest -p no:cacheprovider -n 2 --dist loadfile; }
jest_() { ln -s "$tools/recipe-jest/node_modules" . && exec "$tools/node22/node" node_modules/jest/bin/jest.js --maxWorkers=2; }
surefire_() {
    exec mvn --batch-mode --quiet --settings "$tools/recipe-surefire/settings.xml" \
        "-Dmaven.repo.local=$tools/recipe-surefire/repository" -Dsurefire.version=2.22.3 test
}
go_() { GOFLAGS=-mod=mod GOPROXY=off exec go test -count=1 -v ./...; }

# NAME: a fresh copy, started in the background; temporary files lie in it too, the orgs are listed in $work/NAME
start() {
    mkdir "$work/$1.d"
    cp -r "$here/$recipe" "$work/$1.d/project"
    mkdir "$work/$1.d/tmp"
    : >"$work/$1"
    (cd "$work/$1.d/project" && ORGS=$work/$1 TMPDIR=$work/$1.d/tmp "${recipe}_" >"$work/$1.log" 2>&1 </dev/null) &
    runner=$!
}

orgs() { cut -d ' ' -f 1 "$1"; }
workers() { cut -d ' ' -f 2 "$1" | sort -u; }
lines() { wc -l | tr -d ' '; }

# how many of these processes are there still; one that only waits to be reaped is not
living() {
    local process count=0
    for process in "$@"; do
        [ -z "$(readlink "/proc/$process/exe" 2>/dev/null)" ] || count=$((count + 1))
    done
    echo "$count"
}

none_living() { [ "$(living "$@")" = 0 ]; }

both_ready() {
    # theirs, or one of --for-tests: all are below this folder
    [ "$(lines <"$work/killed") $(find "$work/killed.d" -name kit.json | lines)" = "2 2" ]
}

start well
wait "$runner"
code=$?
runner=
check "its tests pass" 0 "$code"
[ "$code" = 0 ] || tail -n 40 "$work/well.log"
# a quick worker may have done all before the other was up; below, both are held
check "orgs, one for each worker that asked" "$(workers "$work/well" | lines)" "$(lines <"$work/well")"
# shellcheck disable=SC2046  # process numbers
patiently none_living $(orgs "$work/well")
check "orgs left behind" 0 "$(living $(orgs "$work/well"))"

HIDDEN=yes start killed
disown "$runner"
if patiently both_ready; then
    check "workers, each with an org" "2 2" "$(workers "$work/killed" | lines) $(living $(orgs "$work/killed"))"
    kill -9 "$runner" $(workers "$work/killed")
    patiently none_living $(orgs "$work/killed")
    check "orgs after kill -9 of runner and workers" 0 "$(living $(orgs "$work/killed"))"
else
    check "two orgs start" yes no
    tail -n 40 "$work/killed.log"
fi
finish
