# Sourced by the shell scripts here: reads a kit, says what was checked, and how it ended.
#
# A script says `check NAME EXPECTED FOUND` as often as it likes and ends with `finish`.

kit=${1:-${MOCKORG_KIT:-}}
if [ ! -f "$kit/kit.json" ]; then
    echo "usage: $0 KIT   (a folder made by mockorg serve --kit KIT; or set MOCKORG_KIT)" >&2
    exit 2
fi
failed=0

# kit_value NAME: the first string of that name in kit.json
kit_value() {
    tr '\n' ' ' <"$kit/kit.json" | grep -o "\"$1\": *\"[^\"]*\"" | head -n 1 | sed 's/^[^:]*: *"//; s/"$//'
}

check() {
    if [ "$2" = "$3" ]; then
        echo "ok      $1: $3"
    else
        echo "FAILED  $1: expected $2, found $3"
        failed=1
    fi
}

finish() {
    exit "$failed"
}
