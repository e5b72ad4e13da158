#!/bin/bash
# Every row of table.txt with curl, over TLS 1.2 and 1.3: curl/table.sh KIT
set -u
here=$(dirname "$0")
. "$here/../kit.sh"

standard=$(kit_value standard_url)
mutual=$(kit_value mutual_url)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ask ARGUMENT…: one request; prints `granted`, the org's error code, the alert, or whatever else came
ask() {
    local status code alert
    status=$(curl --silent --verbose --cacert "$kit/server-ca.pem" --output "$work/body" --write-out '%{http_code}' \
        "$@" 2>"$work/log")
    code=$?
    # Over TLS 1.2 curl calls an expired *client* certificate "SSL certificate verification failed"; its trace tells.
    alert=$(sed -n 's/^\* TLSv1\.[23] (IN), TLS alert, \(.*\) (\([0-9]*\)):.*/\2 \1/p' "$work/log" | grep -v 'close notify' | head -n 1)
    if [ -n "$alert" ]; then
        echo "alert-$((${alert%% *} - 512))-$(echo "${alert#* }" | tr ' ' '-')"
    elif [ "$code" != 0 ]; then
        echo "curl-exit-$code-$(grep '^curl: ' "$work/log" | tail -n 1 | tr ' ' '-')"
    elif [ "$status" = 200 ]; then
        echo granted
    elif grep -q MUTUAL_AUTHENTICATION_FAILED "$work/body"; then
        # 401 in REST, 500 in SOAP
        case $status in 401 | 500) echo MUTUAL_AUTHENTICATION_FAILED ;; *) echo "HTTP-$status-MUTUAL_AUTHENTICATION_FAILED" ;; esac
    else
        echo "HTTP-$status-$(tr -s ' \n' '-' <"$work/body" | head -c 200)"
    fi
}

# login USER URL ARGUMENT…: SOAP login
login() {
    local user=$1 url=$2
    shift 2
    cat >"$work/login.xml" <<XML
<?xml version="1.0" encoding="utf-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:partner.soap.sforce.com">
  <soapenv:Body>
    <urn:login>
      <urn:username>$user@acme.example</urn:username>
      <urn:password>$user-password</urn:password>
    </urn:login>
  </soapenv:Body>
</soapenv:Envelope>
XML
    ask "$@" "$url/services/Soap/u/64.0" -H 'Content-Type: text/xml; charset=UTF-8' -H 'SOAPAction: login' \
        --data-binary "@$work/login.xml"
}

session() {
    local outcome
    outcome=$(login "$1" "$standard")
    [ "$outcome" = granted ] || echo "no session for $1: $outcome" >&2
    sed -n 's/.*<sessionId>\([^<]*\)<.*/\1/p' "$work/body"
}

row() {
    local door=$1 certificate=$2 user=$3 login=$4 call=$5 url=$mutual version
    [ "$door" = standard ] && url=$standard
    local present=()
    [ "$certificate" = none ] || present=(--cert "$kit/clients/$certificate.pem")
    for version in 1.2 1.3; do
        local name="TLS $version, $door door, certificate $certificate, user $user"
        local pinned=("--tlsv$version" --tls-max "$version" "${present[@]}")
        check "$name, login" "$login" "$(login "$user" "$url" "${pinned[@]}")"
        check "$name, call" "$call" "$(ask "${pinned[@]}" "$url/services/data/v68.0/limits" \
            -H "Authorization: Bearer ${sessions[$user]}")"
    done
}

declare -A sessions
sessions[billing]=$(session billing)
sessions[reports]=$(session reports)
while read -r door rest; do
    case $door in '' | '#'*) continue ;; esac
    # shellcheck disable=SC2086
    row "$door" $rest
done <"$here/table.txt"
finish
