# Run one step to its end, whatever becomes of who asked, and print what it prints as it comes.
# Words: the random word that marks our own lines, the ID of the step, how many bytes of its output are there already,
# `begin` or `follow`. `step` (from the caller) is the command.
mark=$1 id=$2 shown=$3
root=${JAILTUI_ROOT-}
given=$PATH
PATH="/bin:/usr/bin:/sbin:/usr/sbin:$PATH"
most=1048576

# Its own process, with its own output: neither the end of our shell nor a reader that stops reads can end it.
# dd(1) writes each byte at once; what is more than the first MiB is read and dropped.
run() {
	{
		sh -c 'echo "$$" >"$1/pid"; shift; PATH=$1; shift; exec "$@"' sh "$here" "$given" "$@"
		echo "$?" >"$here/status.new" && mv "$here/status.new" "$here/status"
	} 2>&1 | {
		dd bs=1 count="$most" of="$here/out" 2>/dev/null
		: >"$here/read"
		cat >/dev/null
	}
}

begin() {
	umask 077
	kept_folder steps && mkdir "$here" && : >"$here/out" && line >"$here/line" && date +%s >"$here/begun" || return
	step </dev/null >/dev/null 2>&1 &
	runner=$!
	echo "$runner" >"$here/runner"
}

# What the output has more than we have shown.
show() {
	[ -s "$here/out" ] && size=$(wc -c <"$here/out") || return
	if [ "$size" -gt "$shown" ]; then
		tail -c "+$((shown + 1))" "$here/out" | head -c "$((size - shown))"
		shown=$((size + 0))
	fi
}

# A runner that is gone without a status was killed.
follow() {
	[ -n "${runner-}" ] || read -r runner <"$here/runner"
	nap=0.01
	while [ ! -f "$here/status" ]; do
		kill -0 "$runner" 2>/dev/null || [ -f "$here/status" ] || break
		show
		sleep "$nap"
		case $nap in 0.01) nap=0.03 ;; 0.03) nap=0.1 ;; esac
	done
	for wait in 1 2 3 4 5; do  # a process that the step left behind may hold its output open
		[ -f "$here/read" ] || sleep 0.02
	done
	show
	status=lost
	[ ! -f "$here/status" ] || read -r status <"$here/status"
}

# What was fetched is removed; without the word for it it is kept for who asks later.
main() {
	here=$root/var/run/jailtui/steps/$id
	printf '\n%s follows\n' "$mark"
	if [ "$4" = begin ]; then
		begin 2>&1 || { printf '\n%s refused\n' "$mark"; return; }
	fi
	if [ -d "$here" ]; then follow; else status=unknown; fi
	printf '\n%s ended %s\n' "$mark" "$status"
	read -r word && [ "$word" = fetched ] && rm -rf "$here"
}
main "$@"; exit
