#!/bin/bash
# Runs the tests and the example of one of bindings/: check.sh BINDING MOCKORG TOOLS
#
# The binding is the one that tests/clients/install put below TOOLS, not the one in the source tree.
set -u
binding=$1
MOCKORG=$(realpath "$2")
tools=$(realpath "$3")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
export MOCKORG TMPDIR=$work/tmp
unset MOCKORG_KIT MOCKORG_SCENARIO
trap 'rm -rf "$work"' EXIT
mkdir "$TMPDIR"
cp -r "$here/../../../bindings/$binding" "$work/project"
cd "$work/project" || exit 2

# NAME COMMAND…: one test case; what it printed only if it fails
case_() {
    local name=$1
    shift
    if "$@" >"$work/case.log" 2>&1; then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        tail -n 40 "$work/case.log"
    fi
}

# as tests/clients/run counts them
lines() { sed -n "s/^PASSED /ok      /p; s/^\(FAILED\|ERROR\) /FAILED  /p; s/^ok [0-9]* - /ok      /p; s/^not ok [0-9]* - /FAILED  /p"; }

python_() {
    rm -r src
    "$tools/recipe-pytest/venv/bin/python" -m pytest -p no:cacheprovider --basetemp="$work/base" \
        -rpfE --tb=short example tests >"$work/log" 2>&1
    code=$?
    lines <"$work/log"
    case_ "its types hold" "$tools/recipe-pytest/venv/bin/python" -m mypy --strict -p mockorg
    case_ "the example's types hold" "$tools/recipe-pytest/venv/bin/python" -m mypy --strict example
}

node_() {
    local node
    mkdir typed
    cp "$here/typed.ts" typed/uses.mts
    ln -s "$tools/recipe-jest/node_modules" node_modules
    rm index.js index.d.ts package.json
    code=0
    for node in node20 node22; do
        "$tools/$node/node" --test --test-reporter=tap example/*.js test/*.js >"$work/log" 2>&1 || code=$?
        lines <"$work/log" | sed "s/$/ ($node)/"
    done
    case_ "its types hold" "$tools/node22/node" node_modules/typescript/bin/tsc \
        --ignoreConfig --strict --noEmit --module nodenext --types node typed/uses.mts
}

junit5_() {
    mvn --batch-mode --settings "$tools/recipe-surefire/settings.xml" \
        "-Dmaven.repo.local=$tools/recipe-surefire/repository" -Dsurefire.version=2.22.3 test >"$work/log" 2>&1
    code=$?
    for test in $(sed -n 's/^ *<testcase name="\([^"]*\)".*/\1/p' target/surefire-reports/TEST-*.xml); do
        [ "$code" = 0 ] && echo "ok      $test"
    done
}

"${binding}_"
[ "$code" = 0 ] || tail -n 60 "$work/log"
# mockorg's own temporary folders go with it too
case_ "nothing is left behind" rmdir "$TMPDIR"
exit "$code"
