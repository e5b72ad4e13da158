#!/bin/bash
# Runs one suite over the whole catalogue, as a team would: check.sh pytest|node|java MOCKORG TOOLS
set -u
suite=$1
MOCKORG=$(realpath "$2")
tools=$(realpath "$3")
export MOCKORG
cd "$(dirname "$0")" || exit 2

case $suite in
    pytest) found=$("$tools/recipe-pytest/venv/bin/python" -B -m pytest -q -p no:cacheprovider test_catalogue.py 2>&1) ;;
    node) found=$("$tools/node22/node" --test --test-reporter=spec catalogue.test.mjs 2>&1) ;;
    java) found=$(java Catalogue.java 2>&1) ;;
    *) echo "FAILED  no suite $suite"; exit 2 ;;
esac
code=$?
case $suite in
    pytest) right=$(sed -n 's/^\([0-9]*\) passed.*/\1/p' <<<"$found") ;;
    node) right=$(sed -n 's/^. pass \([0-9]*\)$/\1/p' <<<"$found") ;;
    java) right=$(sed -n 's/^\([0-9]*\) as expected.*/\1/p' <<<"$found") ;;
esac
# a loop over nothing would pass too
if [ "$code" = 0 ] && [ "${right:-0}" -ge 1000 ]; then
    echo "ok      $suite: $right calls end as the manifest expects"
else
    echo "FAILED  $suite ended with $code, ${right:-no} calls as expected"
    tail -n 30 <<<"$found"
    exit 1
fi
