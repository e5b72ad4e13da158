# Sourced by the shell scripts here that are handed a kit: reads it, and brings checks.sh along.

kit=${1:-${MOCKORG_KIT:-}}
if [ ! -f "$kit/kit.json" ]; then
    echo "usage: $0 KIT   (a folder made by mockorg serve --kit KIT; or set MOCKORG_KIT)" >&2
    exit 2
fi
. "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

# kit_value NAME: the first string of that name in kit.json
kit_value() {
    tr '\n' ' ' <"$kit/kit.json" | grep -o "\"$1\": *\"[^\"]*\"" | head -n 1 | sed 's/^[^:]*: *"//; s/"$//'
}
