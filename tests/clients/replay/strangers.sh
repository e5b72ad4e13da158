#!/bin/bash
# mockorg replay --against servers that are no org: openssl s_server and nginx. replay/strangers.sh MOCKORG
#
# Both are handed the same identities and CRLs; nginx comes from Debian.
set -u
mockorg=$1
. "$(dirname "$0")/../checks.sh"
nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || { scripts/debian-packages nginx-light >&2; nginx=$(PATH=$PATH:/usr/sbin command -v nginx); }
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done; wait; rm -rf "$work"' EXIT

connects() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# PORT: until somebody listens there
listens() {
    patiently connects "$1" || { echo "FAILED  nobody listens on port $1"; exit 1; }
}

free_port() {
    "${PYTHON:-python3}" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

"$mockorg" certs scenarios/quickstart.toml --out "$work/certs" >/dev/null || exit 2
roots=$work/certs/cas/acme-root.crt
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$work/server.key" -out "$work/server.crt" 2>/dev/null
for client in billing expired unlisted; do
    export "MOCKORG_CLIENT_${client^^}_PEM=$work/certs/clients/$client.pem"
done

# the file says what an org does: what a stranger does otherwise is what replay has to find
exchanges() {
    sed '/^\[\[exchange\]\]/,$d' scenarios/quickstart.toml
    for client in billing expired unlisted; do
        printf '[[exchange]]\nname = "%s"\nclient = "%s"\nrequest = "GET /"\nexpect.%s\n' "$client" "$client" "$1"
        shift
    done
}

# NAME PORT EXPECTED…: the outcomes that are found there
found() {
    local name=$1 port=$2
    shift 2
    "$mockorg" replay "$work/scenario.toml" --against --standard "https://localhost:$port" --mutual "https://localhost:$port" \
        --server-ca "$work/server.crt" --rate 100 --json >"$work/report.json" 2>"$work/errors"
    local code=$?
    check "$name: exit code" "$1" "$code"
    shift
    for client in billing expired unlisted; do
        local outcome
        outcome=$("${PYTHON:-python3}" -c 'import json, sys
for exchange in json.load(open(sys.argv[1]))["files"][0]["exchanges"]:
    if exchange.get("name") == sys.argv[2]: print(exchange["found"])' "$work/report.json" "$client")
        check "$name: $client" "$1" "$outcome"
        shift
    done
    [ -s "$work/errors" ] && cat "$work/errors"
}

# HTTP/1.0 without a length, from a server that insists on a certificate and refuses by alert, as ours does
port=$(free_port)
openssl s_server -accept "127.0.0.1:$port" -cert "$work/server.crt" -key "$work/server.key" -CAfile "$roots" \
    -Verify 3 -verify_return_error -www -quiet >"$work/s_server.log" 2>&1 &
pids+=($!)
listens "$port"
exchanges 'status = 200' 'alert = "certificate_expired"' 'alert = "unknown_ca"' >"$work/scenario.toml"
found "openssl s_server" "$port" 0 200 "TLS alert certificate_expired (45)" "TLS alert unknown_ca (48)"

# the same file: nginx completes the handshake and answers 400, whatever is wrong
port=$(free_port)
cat >"$work/nginx.conf" <<CONF
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.log;
events {}
http {
    access_log off;
    client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work; uwsgi_temp_path $work; scgi_temp_path $work;
    server {
        listen 127.0.0.1:$port ssl;
        ssl_certificate $work/server.crt;
        ssl_certificate_key $work/server.key;
        ssl_client_certificate $roots;
        ssl_verify_client on;
        ssl_verify_depth 3;
        location / { return 200 "hello\n"; }
    }
}
CONF
"$nginx" -c "$work/nginx.conf" -p "$work" >/dev/null 2>&1 &
pids+=($!)
listens "$port"
found "nginx" "$port" 1 200 400 400
differences=$("${PYTHON:-python3}" -c 'import json, sys
for exchange in json.load(open(sys.argv[1]))["files"][0]["exchanges"]:
    for one in exchange.get("differences", []): print(exchange["name"], one["what"], exchange.get("ours", "-"), end="; ")' "$work/report.json")
check "nginx: what differs, beside ours" \
    "expired alert TLS alert certificate_expired (45); unlisted alert TLS alert unknown_ca (48); " "$differences"
finish
