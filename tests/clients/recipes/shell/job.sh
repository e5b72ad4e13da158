#!/bin/bash
# A CI job: an org of its own, its addresses and certificates in the environment of a command: job.sh COMMAND…
set -euo pipefail
mockorg=${MOCKORG:-mockorg}
folder=$(mktemp -d)
kit=$folder/kit

# A shell gives what it starts with & an empty standard input; this one closes when the job ends, killed or not.
"$mockorg" serve "${MOCKORG_SCENARIO:-scenarios/quickstart.toml}" --kit "$kit" \
    --standard-port 0 --mutual-port 0 --proxy-port 0 --admin-port 0 \
    --until-stdin-closes < <(exec tail --pid=$$ -f /dev/null) >"$folder/org.log" 2>&1 &
org=$!
trap 'kill $org 2>/dev/null; wait $org; rm -rf "$folder"' EXIT

for _ in {1..150}; do
    ! "$mockorg" healthcheck --kit "$kit" >/dev/null 2>&1 || break
    sleep 0.2
done
"$mockorg" healthcheck --kit "$kit" || { cat "$folder/org.log"; exit 1; }
eval "$(jq -r '.env | to_entries[] | "export \(.key)=\(.value | @sh)"' "$kit/kit.json")"
"$@"
