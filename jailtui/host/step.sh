# Run one step to its end, whatever becomes of who asked, and print what it prints as it comes.
# Words: the random word that marks our own lines, the ID of the step, how many bytes of its output were shown before,
# `begin` or `follow`. `step` (from the caller) runs the command by `run`.
mark=$1 id=$2 shown=$3 how=$4
root=${JAILTUI_ROOT-}
given=$PATH
PATH="/bin:/usr/bin:/sbin:/usr/sbin:$PATH"
here=$root/var/run/jailtui/steps/$id
most=1048576
most_kept=32

prepare() {
	kept_folder steps && forget_ended && mkdir -m 0700 "$here" && : >"$here/out" && mkfifo "$here/pipe" &&
		line >"$here/line" && echo "$$" >"$here/runner" && date +%s >"$here/begun"
}

# Steps that nobody fetches: of those that have ended the newest stay. One that runs is never forgotten.
forget_ended() {
	set -- "$kept/steps"/*
	[ "$#" -gt "$most_kept" ] || return 0
	for old in $(ls -t "$kept/steps" | grep -v '^[.]' | tail -n "+$((most_kept + 1))"); do
		! has_ended "$kept/steps/$old" || forget "$kept/steps" "$old"
	done
	return 0
}

# forget FOLDER ID: out of every list at once, for a step without half of its files looks lost.
forget() {
	mv "$1/$2" "$1/.$2" && rm -rf "$1"/.[0-9a-f]*
}

has_ended() (
	[ -f "$1/status" ] || { [ -s "$1/runner" ] && id=${1##*/} && ! runs_step "$(cat "$1/runner")"; }
)

# Our shell runs the command itself: what a shell starts with `&` ignores SIGINT and SIGQUIT, and so would the daemons
# of a jail. Neither the end of the line nor a reader that stops reading can end the command.
run() {
	sh -c 'echo "$$" >"$1/pid"; shift; PATH=$1; shift; exec "$@"' sh "$here" "$given" "$@" \
		</dev/null >"$here/pipe" 2>&1 4<&-
	echo "$?" >"$here/status"
}

# Keep the first MiB; what is more is read and dropped. dd(1) writes each piece as it comes, and reports
# `FULL+PARTIAL records in FULL+PARTIAL records out BYTES bytes ...`; fewer pieces than it was to read: no more come.
drain() {
	left=$most
	while [ "$left" -gt 0 ]; do
		pieces=$(((left + 1023) / 1024))
		report=$(LC_ALL=C dd bs=1024 count="$pieces" 2>&1 >&6) || break
		set -- ${report##*fullblock}  # GNU's dd warns of short pieces before
		case "${1-},${7-}" in *[!0-9+,]* | *, | ,* | +* | *+,*) break ;; esac
		[ "$((${1%+*} + ${1#*+}))" -eq "$pieces" ] || break
		left=$((left - $7))
	done
	: >"$here/read"
	cat >/dev/null
}

ended() {
	[ -f "$here/status" ] && read -r status <"$here/status"
}

# Print the output behind what was shown, to its end. A runner that is gone without a status was killed.
follow() {
	exec 5<"$here/out"
	[ "$shown" = 0 ] || dd bs="$shown" count=1 <&5 >/dev/null 2>&1
	read -r runner <"$here/runner"
	naps=0
	until ended; do
		[ -d "$here" ] || break  # another follower has fetched the end
		lives || { ended || status=lost; break; }
		[ ! -s "$here/out" ] || cat <&5 || exit
		naps=$((naps + 1))
		case $naps in 1) sleep 0.01 ;; 2) sleep 0.03 ;; ? | 1?) sleep 0.1 ;; *) sleep 0.3 ;; esac
	done
	for wait in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do  # a process that the command left behind may hold its output open
		[ -f "$here/read" ] || sleep 0.02
	done
	cat <&5
}

# Whether the runner is there, and is not another process that got its number: our words hold the ID.
lives() {
	kill -0 "$runner" 2>/dev/null || return
	[ "$runner" = "$$" ] || [ "$naps" -gt 0 ] || runs_step "$runner"
}

# Follow the step, and forget it once its end has been fetched.
finish() {
	status=unknown
	[ ! -d "$here" ] || follow
	printf '\n%s ended %s\n' "$mark" "$status"
	read -r word && [ "$word" = fetched ] && forget "${here%/*}" "$id"
}

main() {
	printf '\n%s follows\n' "$mark"
	if [ "$how" = follow ]; then
		finish
	elif prepare 2>&1; then
		exec 4<&0
		drain <"$here/pipe" >/dev/null 2>&1 6>>"$here/out" 4<&- &
		finish <&4 &
		follower=$!
		step
		wait "$follower"
	else
		printf '\n%s refused\n' "$mark"
	fi
}
main; exit
