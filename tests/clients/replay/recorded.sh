#!/bin/bash
# A recording of published clients replays clean and holds no secret: replay/recorded.sh MOCKORG FILE LEAST
set -u
mockorg=$1 file=$2 least=$3
. "$(dirname "$0")/../checks.sh"
seed=$(sed -n '1s/.*--seed \([0-9]*\).*/\1/p' "$file")
count=$(grep -c '^\[\[exchange\]\]' "$file")
check "at least $least exchanges are recorded ($count)" yes "$([ "$count" -ge "$least" ] && echo yes || echo no)"
exchanges=$(sed -n '/^\[\[exchange\]\]/,$p' "$file")
for secret in billing-password reports-password quickstart-secret BILLINGTOKEN '00D[0-9A-Za-z]*!'; do
    check "no $secret in it" 0 "$(grep -c -- "$secret" <<<"$exchanges")"
done
"$mockorg" replay "$file" --seed "$seed" >"$file.log" 2>&1
check "the recording replays clean" 0 $?
[ "$failed" = 0 ] || tail -n 40 "$file.log"
finish
