# Prelude of every reading: runs commands as sections, each framed by lines that begin with a word nobody else knows.
# $1 is that word. Nothing that comes from the host is ever made part of a script.
mark=$1; shift
exec 3>&1
LC_ALL=C; export LC_ALL
unset IFCONFIG_FORMAT
root=${JAILTUI_ROOT-}
limit=
if command -v timeout >/dev/null 2>&1; then limit='timeout -k 1'; fi

# section NAME SECONDS COMMAND...: NAME is one line, 0 seconds no limit; standard error comes after the exit status.
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

# The devfs rulesets with rules in them. showsets also lists one that a mount uses though it was never loaded.
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
