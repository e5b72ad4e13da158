#!/bin/bash
# Stands before mockorg in a recipe: notes which process started which org in $ORGS, and becomes mockorg.
#
# With HIDDEN=yes the kit goes elsewhere and nothing is printed: the org is ready, and whoever started it waits on, until
# it is killed.
args=("$@")
for ((at = 0; at < ${#args[@]}; at++)); do
    [ "${args[at]}" = --kit ] && kit=${args[at + 1]}
    if [ "${args[at]}" = --kit ] && [ "${HIDDEN:-no}" = yes ]; then
        kit+=.hidden
        args[at + 1]=$kit
    fi
done
echo "$$ $PPID $kit" >>"$ORGS"
[ "${HIDDEN:-no}" = no ] || exec >/dev/null
exec "$REAL_MOCKORG" "${args[@]}"
