#!/bin/bash
# job.sh ends as its command does, gives it what it needs, and leaves no org behind, killed or not: check.sh MOCKORG
set -u
here=$(cd "$(dirname "$0")" && pwd)
MOCKORG=$(realpath "$1")
work=$(mktemp -d)
export MOCKORG MOCKORG_SCENARIO=$here/../../../../scenarios/quickstart.toml TMPDIR=$work
job=
trap '[ -z "$job" ] || kill -9 "$job" 2>/dev/null; rm -rf "$work"' EXIT
. "$here/../../checks.sh"

# processes that were started with a kit below $work
orgs() { grep -lzs -- "^$work/" /proc/[0-9]*/cmdline | wc -l | tr -d ' '; }

no_orgs() { [ "$(orgs)" = 0 ]; }

# certificate and trust are the command's by its environment alone
found=$("$here/job.sh" bash -c 'curl --silent --cert "$MOCKORG_CLIENT_BILLING_PEM" --output /dev/null --write-out "%{http_code}" \
    "$MOCKORG_MUTUAL_URL/services/data"' 2>&1 | tail -n 1)
check "a command's call" 200 "$found"
"$here/job.sh" bash -c 'exit 7' >/dev/null 2>&1
check "the job ends as its command does" 7 "$?"
check "orgs left behind" 0 "$(orgs)"

"$here/job.sh" bash -c "touch $work/running; exec tail --pid=\$PPID -f /dev/null" >/dev/null 2>&1 &
job=$!
patiently test -e "$work/running"
check "orgs while the job runs" 1 "$(orgs)"
disown "$job"
kill -9 "$job"
patiently no_orgs
check "orgs after kill -9 of the job" 0 "$(orgs)"
job=
finish
