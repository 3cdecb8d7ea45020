# Prelude of every reading: runs commands as sections, between lines that begin with the random word $1.
# No text of the host is ever made part of a script.
mark=$1; shift
exec 3>&1
LC_ALL=C; export LC_ALL
unset IFCONFIG_FORMAT
root=${JAILTUI_ROOT-}
if [ -n "$root" ] && [ -r "$root/functions" ]; then . "$root/functions"; fi # of the embedded host
limit=
if command -v timeout >/dev/null 2>&1; then limit='timeout -k 1'; fi

# section NAME SECONDS COMMAND...: NAME is one line, 0 seconds means no limit; standard error follows the exit status.
section() {
	printf '%s begin %s\n' "$mark" "$1"
	seconds=$2; shift 2
	if [ -n "$limit" ] && [ "$seconds" != 0 ]; then
		err=$($limit "$seconds" "$@" 2>&1 >&3 3>&- </dev/null)
	else
		err=$("$@" 2>&1 >&3 3>&- </dev/null)
	fi
	printf '\n%s end %s\n%s\n' "$mark" "$?" "$err"
}

# The devfs rulesets that have rules. showsets also lists a ruleset that a mount uses but that was never loaded.
rulesets() {
	section rulesets 0 rulesets_with_rules
}

rulesets_with_rules() {
	sets=$(${limit:+$limit 5} devfs rule showsets) || return
	for set in $sets; do
		rules=$(${limit:+$limit 5} devfs rule -s "$set" show) || return
		[ -z "$rules" ] || printf '%s\n' "$set"
	done
}
