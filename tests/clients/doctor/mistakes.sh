#!/bin/bash
# The doctor names what is wrong with published clients, each with one planted mistake: doctor/mistakes.sh MOCKORG TOOLS
#
# Every client has an org of its own, which the doctor starts.
set -u
here=$(dirname "$0")
mockorg=$1
tools=$2
python=$tools/simple-salesforce/bin/python
node=$tools/node22/node
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# NAME EXPECTED COMMAND…: what breaks in production, by its code, or `nothing`; options of the doctor go into $options
examine() {
    local name=$1 expected=$2 code found
    shift 2
    # shellcheck disable=SC2086
    "$mockorg" doctor --json --timeout 60s ${options:-} -- "$@" >"$work/report.json" 2>"$work/story"
    code=$?
    found=$(tr -d '\n' <"$work/report.json" | grep -o '"code": "[a-z-]*", *"severity": "breaks"' | cut -d '"' -f 4 | paste -sd ' ')
    case $code in
        0) found=${found:-nothing} ;;
        1) ;;
        *) found="exit code $code: $(tail -n 1 "$work/story")" ;;
    esac
    if [ "$found" = "$expected" ]; then
        echo "ok      $name: $found"
    else
        echo "FAILED  $name: expected $expected, found $found"
        sed 's/^/        /' "$work/story"
        failed=1
    fi
}

fetch="fetch(process.env.MOCKORG_MUTUAL_URL + '/services/data').then((answer) => answer.text())"
limits='$MOCKORG_MUTUAL_URL/services/data/v68.0/limits'
get='printf "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" | openssl s_client -quiet \
    -connect "${MOCKORG_MUTUAL_URL#https://}" -servername localhost -CAfile "$MOCKORG_SERVER_CA" \
    -cert "$MOCKORG_CLIENT_EXPIRED_CERT" -cert_chain "$MOCKORG_CLIENT_EXPIRED_CERT" -key "$MOCKORG_CLIENT_EXPIRED_KEY"'

examine "a sound client (simple-salesforce)" nothing "$python" "$here/clients.py" sound
NODE_PATH=$tools/jsforce/node_modules \
    examine "no certificate (jsforce, set where it does not look)" no-certificate "$node" "$here/mistaken.cjs"
examine "leaf only (curl)" leaf-only sh -c "curl --silent --cert \"\$MOCKORG_CLIENT_LEAF_ONLY_PEM\" $limits"
options=--proxy examine "wrong port (simple-salesforce, hard-coded host)" wrong-port "$python" "$here/clients.py" hard-coded-host
examine "untrusted server (Node)" untrusted-server env -u NODE_EXTRA_CA_CERTS "$node" -e "$fetch"
examine "untrusted server (Java)" untrusted-server env -u JAVA_TOOL_OPTIONS java "$here/Alias.java"
examine "untrusted server (curl)" untrusted-server sh -c "curl --silent --cacert /dev/null $limits"
examine "wrong keystore alias (Java)" wrong-certificate "$here/alias.sh"
examine "plain HTTP (requests)" plain-http "$python" "$here/clients.py" plain-http
examine "expired (openssl s_client)" expired sh -c "$get"
examine "leaf only (openssl s_client without -cert_chain)" leaf-only sh -c "${get/-cert_chain \"\$MOCKORG_CLIENT_EXPIRED_CERT\"/}"
examine "port not changed after login (simple-salesforce)" port-not-changed "$python" "$here/clients.py" port-not-changed
examine "mixed paths (simple-salesforce, and requests beside it)" mixed-paths "$python" "$here/clients.py" mixed-paths
exit "$failed"
