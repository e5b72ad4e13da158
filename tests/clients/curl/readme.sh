#!/bin/bash
# The README's own curl lines, run as they stand but for folder and ports: curl/readme.sh KIT
set -u
. "$(dirname "$0")/../kit.sh"

readme=$(dirname "$0")/../../../README.md
standard=$(kit_value standard_url)
mutual=$(kit_value mutual_url)

# curl_lines N: the N-th curl command below "Try it", with its continuation lines
curl_lines() {
    sed -n '/^## Try it/,/^## A refusal/p' "$readme" | awk -v wanted="$1" '
        /^    curl / { n++ }
        n == wanted && /^    / { print; if ($0 !~ /\\$/) exit }' |
        sed -e "s|kit/|$kit/|g" -e "s|https://localhost:4443|$standard|g" -e "s|https://localhost:8443|$mutual|g"
}

login=$(bash -c "$(curl_lines 1)")
TOKEN=$(printf '%s' "$login" | sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p')
check "the README's login: a session" yes "$(case $TOKEN in 00D*!*) echo yes ;; *) echo "no: $login" ;; esac)"
export TOKEN
for row in 'billing DailyApiRequests' 'visitor MUTUAL_AUTHENTICATION_FAILED'; do
    read -r client expected <<<"$row"
    answer=$(bash -c "$(curl_lines 2 | sed "s|billing\.pem|$client.pem|")" 2>&1)
    check "the README's call with $client.pem: $expected" yes "$(case $answer in *"$expected"*) echo yes ;; *) echo "no: $answer" ;; esac)"
done
finish
