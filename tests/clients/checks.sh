# Sourced by the shell scripts here and in scripts/image: says what was checked, and how it ended.
#
# A script says `check NAME EXPECTED FOUND` as often as it likes and ends with `finish`.

failed=0

check() {
    if [ "$2" = "$3" ]; then
        echo "ok      $1: $3"
    else
        echo "FAILED  $1: expected $2, found $3"
        failed=1
    fi
}

# COMMAND…: until it succeeds, 30 s at most
patiently() {
    local left=600
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.05
    done
}

finish() {
    exit "$failed"
}
