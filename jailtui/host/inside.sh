# What a jail's root rules: programs that run in the jail, and files below its root. After sections.sh.

# A program in a jail is the jail's own, whatever it is called. It gets nothing of ours: no variable, no input, and no file
# of the host (who holds /dev/null may change its mode). Its output, complaints too, is read for so many seconds and up
# to 256 KiB, also where it ignores signals, or something it started holds the pipe.
inner_path=/sbin:/bin:/usr/sbin:/usr/bin
[ -z "$root" ] || inner_path=$root/bin
most=262144

# All jails together are entered for so many seconds, and one that was silent is asked no more in this reading.
patience=10
entered_at=
silent=
nl='
'

# entered NAME SECONDS JID COMMAND...: a section, as `section` makes one; standard error is part of the output.
entered() {
	name=$1 seconds=$2 jid=$3
	shift 3
	printf '%s begin %s\n' "$mark" "$name"
	status=124
	if is_late; then
		status=125
	elif ! is_silent; then
		status=$(inside_jail "$@")
		status=${status##*"$nl"}
		[ "$status" = 0 ] || silent="$silent $jid "
	fi
	printf '\n%s end %s\n\n' "$mark" "$status"
}

is_silent() {
	case $silent in *" $jid "*) return 0 ;; esac
	return 1
}

# Without timeout(1) no jail is entered.
is_late() {
	[ -n "$limit" ] || return 0
	now=$(date +%s)
	entered_at=${entered_at:-$now}
	[ $((now - entered_at)) -ge "$patience" ]
}

# The command's output goes to 3. Printed are its exit status, and 124 after that if the pipe was held too long. In a
# subshell of its own: dash(1) says `Killed` where the output of the command goes, and there may be nobody left.
inside_jail() {
	{
		{
			(exec timeout -s KILL "$seconds" env -i "PATH=$inner_path" jexec "$jid" "$@" 2>&1 3>&- 4>&-) <<-END
			END
			echo "$?" >&4
		} | timeout -s KILL "$seconds" head -c "$most" >&3 || echo 124 >&4
	} 4>&1
}

# routes_of JID: without netstat's -j (`routed`) the netstat of the jail has to be run.
routes_of() {
	if [ -n "$routed" ]; then
		section "routes $1" 5 netstat -rnW --libxo json -j "$1"
	else
		entered "routes $1" 0.5 "$1" netstat -rnW --libxo json
	fi
}

# jail_file NAME UNDER PATH COMMAND...: a section with what COMMAND makes of the file PATH, read as its standard input.
# Below UNDER, the root of a jail (empty: in none), no link is followed. With a slash at its end PATH is a directory,
# in which COMMAND runs.
jail_file() {
	printf '%s begin %s\n' "$mark" "$1"
	if [ -n "$2" ]; then top=$root$2 below=${3#"$2"/}; else top=$root${3%/*} below=${3##*/}; fi
	shift 3
	err=$(open_below "$top/" "$below" "$@" 2>&1 >&3 3>&-)
	printf '\n%s end %s\n%s\n' "$mark" "$?" "$err"
}

# open_below FOLDER PATH COMMAND...: the jail may rename what is on the way at any time. So each folder is entered, and
# then looked where that is; the file is opened, and then looked whether what is open is what has the name. To open a
# pipe takes for ever.
open_below() {
	${limit:+$limit 5} /bin/sh -s -- "$@" <<'END'
cd -P "$1" && at=$(pwd -P) || exit
below=$2
shift 2
while [ "$below" != "${below#*/}" ]; do
	part=${below%%/*} below=${below#*/}
	[ -n "$part" ] || continue
	cd -P "./$part" || exit
	at=${at%/}/$part
done
if [ -z "$below" ] && [ "$(pwd -P)" = "$at" ]; then exec "$@" </dev/null; fi
[ -f "./$below" ] && exec 9<"./$below" || exit
if [ "$(pwd -P)" != "$at" ] || [ "Regular File $(stat -f %d.%i <&9)" != "$(stat -f '%HT %d.%i' "./$below")" ]; then
	echo "${at%/}/$below: a link leads there" >&2
	exit 1
fi
exec "$@" <&9 9<&-
END
}
