#!/bin/bash
# curl through the proxy door: tests/clients/curl/by_proxy.sh KIT, in the kit's environment (HTTPS_PROXY, NO_PROXY)
set -uo pipefail
source "$(dirname "$0")/../kit.sh"

host=$(kit_value my_domain).my.salesforce.com
ask() {
    curl --silent --output /dev/null --write-out '%{http_code}' --cacert "$kit/server-ca.pem" "$@"
}

for name in login.salesforce.com test.salesforce.com "$host" na1.salesforce.com; do
    check "$name on 443" 200 "$(ask "https://$name/services/data")"
    check "$name on 8443" 200 "$(ask "https://$name:8443/services/data")"
done
check "8443 with billing's certificate, a session that nobody opened" 401 \
    "$(ask --cert "$kit/clients/billing.pem" -H "Authorization: Bearer none" "https://$host:8443/services/data/v68.0/limits")"
for proxy in "$HTTPS_PROXY" "${HTTPS_PROXY/127.0.0.1/localhost}" "${HTTPS_PROXY/127.0.0.1/me:secret@127.0.0.1}"; do
    check "${proxy/[0-9]*/} as the proxy" 200 "$(ask --proxy "$proxy" "https://$host/services/data")"
done
check "the doors themselves, sent through the proxy all the same" 200 \
    "$(ask --noproxy '' "$(kit_value mutual_url)/services/data")"
check "and left alone by NO_PROXY" "200 000" \
    "$(ask --write-out '%{http_code} %{http_connect}' "$(kit_value mutual_url)/services/data")"

status_line() {
    curl --verbose --silent --cacert "$kit/server-ca.pem" "$@" 2>&1 | tr -d '\r' | sed -n 's/^< //p' | head -n 1
}
check "another org" \
    "HTTP/1.1 403 other.my.salesforce.com:443 is another org's My Domain; this org's is $host" \
    "$(status_line https://other.my.salesforce.com/)"
check "a host of the internet" \
    "HTTP/1.1 403 example.com:443 is not this org's, and mockorg's proxy dials nobody" \
    "$(status_line https://example.com/)"
check "http through the proxy" \
    "HTTP/1.1 405 this is mockorg's proxy door, which knows CONNECT only" \
    "$(status_line --proxy "$HTTPS_PROXY" "http://$host/")"
check "TLS to the proxy" 000 "$(ask --proxy-insecure --proxy "${HTTPS_PROXY/http:/https:}" "https://$host/services/data")"
for certificate in expired revoked unlisted; do
    told=$(curl --verbose --silent --tls-max 1.3 --cacert "$kit/server-ca.pem" --cert "$kit/clients/$certificate.pem" \
        "https://$host:8443/services/data" 2>&1 | grep -ci 'alert.*\(expired\|revoked\|unknown\)')
    check "the certificate $certificate: its alert is read" yes "$([ "$told" -gt 0 ] && echo yes || echo no)"
done
finish
