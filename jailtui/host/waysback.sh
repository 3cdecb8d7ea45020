# Arms, marks, lists and ends ways back: after path.sh, sections.sh, kept.sh and routes.sh.
# Words: `arm ID SECONDS`, `begin ID ORDER-NUMBER`, `keep ID`, or none: list. `text` prints the script to arm.
given=$PATH
PATH="/bin:/usr/bin:/sbin:/usr/sbin:$PATH"
ways=$root/var/run/jailtui/wayback
what=${1-list} id=${2-} word=${3-}
here=$ways/$id

# The sshd that serves the login by which we are here; nothing in a login that is not by ssh.
session() {
	pid=$$
	while [ "${pid:-1}" -gt 1 ]; do
		set -- $(/bin/ps -o ppid= -o comm= -p "$pid")
		case ${2-} in sshd*) echo "$pid"; return ;; esac
		pid=${1-}
	done
}

arm() {
	umask 077
	prepare && start && return
	rm -rf "$here"
	return 1
}

prepare() {
	kept_folder wayback && forget_ended && mkdir "$here" "$here/open" && text >"$here/script" &&
		chmod 0700 "$here/script" && routes >"$here/routes" && echo "$word" >"$here/seconds" &&
		session >"$here/session" && date +%s >"$here/begun"
}

start() {
	PATH=$given daemon -f -P "$here/pid" sh "$here/script" "$here" "$word" || return
	for try in 1 2 3 4 5 6 7 8 9; do
		PATH=$given pgrep -F "$here/pid" >/dev/null 2>&1 && return
		sleep 0.1
	done
	PATH=$given pgrep -F "$here/pid" >/dev/null
}

forget_ended() {
	for old in "$ways"/*; do
		{ [ ! -e "$old/ended" ] && [ ! -e "$old/kept" ]; } || rm -rf "$old" || return
	done
}

# Fails once the way back goes: then no step of the plan may begin.
begin() {
	[ -d "$here/open/$word" ] || mkdir "$here/open/$word" 2>/dev/null || { state; return 1; }
}

# The plan has shown that it leaves a way in only to who came by another login than armed the way back.
keep() {
	then=$(cat "$here/session") || return
	[ -z "$then" ] || {
		now=$(session)
		[ -n "$now" ] && [ "$now" != "$then" ]
	} || { echo "this login is not a new one by ssh: log in again" >&2; return 1; }
	mv "$here/open" "$here/kept" 2>/dev/null || { state; return 1; }
	/bin/kill -TERM -- "-$(cat "$here/pid")" && rm -f "$here/script"
}

state() {
	if [ -e "$here/fired" ]; then
		echo "the way back has undone the plan" >&2
	else
		echo "there is no way back" >&2
	fi
}

# Lines: begun, seconds, now, state.
describe() {
	cat "$here/begun" "$here/seconds" && date +%s || return
	if [ -e "$here/kept" ]; then
		echo kept
	elif [ -e "$here/ended" ]; then
		echo ended
	elif [ -e "$here/fired" ]; then
		echo fired
	elif PATH=$given pgrep -F "$here/pid" >/dev/null; then
		echo armed
	else
		echo lost
	fi
}

list() {
	for here in "$ways"/*; do
		[ ! -d "$here" ] || section "way ${here##*/}" 0 describe
	done
}

main() {
	case $what in
	arm | begin | keep) section "$what" 0 "$what" ;;
	*) list ;;
	esac
	printf '%s done\n' "$mark"
}
main </dev/null
