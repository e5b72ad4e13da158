#!/bin/bash
# Stands before mockorg in a recipe: notes which process started which org in $ORGS, and becomes mockorg.
#
# With HIDDEN=yes the kit goes elsewhere and nothing is printed: the org is ready, and whoever started it waits on, until
# it is killed.
args=("$@")
for ((at = 0; at < ${#args[@]}; at++)); do
    [ "${args[at]}" != --kit ] || [ "${HIDDEN:-no}" = no ] || args[at + 1]+=.hidden
done
echo "$$ $PPID" >>"$ORGS"
[ "${HIDDEN:-no}" = no ] || exec >/dev/null
exec "$REAL_MOCKORG" "${args[@]}"
