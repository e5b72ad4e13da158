#!/bin/bash
# What a Testcontainers user does, with a relay for the port mapping: check.sh MOCKORG
set -u
here=$(cd "$(dirname "$0")" && pwd)
mockorg=$(realpath "$1")
work=$(mktemp -d)
. "$here/../../checks.sh"
trap 'exec 8>&- 9>&-; wait; rm -rf "$work"' EXIT

value() { jq -r ".$1" "$2/kit.json"; }
port() { value "$1" "$work/inside" | sed 's/.*://'; }

mkfifo "$work/org.stdin" "$work/relay.stdin"
"$mockorg" serve "$here/../../../../scenarios/quickstart.toml" --kit "$work/inside" --until-stdin-closes \
    --standard-port 0 --mutual-port 0 --proxy-port 0 --admin-port 0 <"$work/org.stdin" >"$work/org.log" 2>&1 &
exec 9>"$work/org.stdin"
patiently test -e "$work/inside/kit.json" || { cat "$work/org.log"; exit 1; }
python3 "$here/relay.py" "$(port standard_url)" "$(port mutual_url)" "$(port admin_url)" \
    <"$work/relay.stdin" >"$work/mapped" 2>"$work/relay.log" 9>&- &
exec 8>"$work/relay.stdin"
patiently test -s "$work/mapped" || { cat "$work/relay.log"; exit 1; }
read -r standard mutual admin <"$work/mapped"

# all that a test knows: the mapped ports, and the kit.json that it copied out
ask_admin() {
    local method=$1 path=$2
    shift 2
    curl --silent --max-time 10 --noproxy '*' --request "$method" "http://localhost:$admin$path" \
        --header "Authorization: Bearer $(value admin_token "$work/inside")" "$@"
}
status=$(ask_admin PUT /v1/advertise --output "$work/answer" --write-out '%{http_code}' --header 'Content-Type: application/json' \
    --data "{\"host\": \"localhost\", \"standard_port\": $standard, \"mutual_port\": $mutual, \"admin_port\": $admin}")
check "PUT /v1/advertise" 200 "$status"
mkdir "$work/kit"
ask_admin GET /v1/kit.tar | tar --extract --directory "$work/kit"
check "the kit's standard door" "https://localhost:$standard" "$(value standard_url "$work/kit")"
check "the kit's mutual door" "https://localhost:$mutual" "$(value mutual_url "$work/kit")"
check "every door, by that kit" ready "$("$mockorg" healthcheck --kit "$work/kit" 2>&1)"
for door in "$standard" "$mutual"; do
    login=$(curl --silent --max-time 10 --noproxy '*' --cacert "$work/kit/server-ca.pem" --cert "$work/kit/clients/billing.pem" \
        "https://localhost:$door/services/oauth2/token" --data grant_type=password --data client_id=quickstart-client-id \
        --data client_secret=quickstart-secret --data username=billing@acme.example --data password=billing-password)
    check "login by a mapped port: instance_url" "https://localhost:$standard" "$(echo "$login" | jq -r .instance_url)"
done
finish
