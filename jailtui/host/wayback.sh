# The way back, run by daemon(8): waits, and then undoes what had begun of a plan, last step first, unless it was kept.
# Words: the folder of this way back, how many seconds it waits. `undo` (from the caller) undoes the step of a number.
# It and keep.sh rename the same folder: one of them only succeeds.
here=$1 seconds=$2
root=${JAILTUI_ROOT-}
given=$PATH
PATH="/bin:/usr/bin:/sbin:/usr/sbin:$PATH"
umask 077

# A command of a plan, found by the PATH that it has in the plan.
run() {
	PATH=$given "$@"
}

# The routes that went with a deleted address.
routes_again() {
	routes >"$here/routes-now"
	while read -r family destination gateway; do
		grep -qxF -e "$family $destination $gateway" "$here/routes-now" && continue
		if grep -q -F -e "$family $destination " "$here/routes-now"; then
			run route delete "-$family" "$destination"
		fi
		run route add "-$family" "$destination" "$gateway"
	done <"$here/routes"
}

# Undoing what a step is still at would be overtaken by it: wait for the steps that run, but not for ever.
steps_end() {
	for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		some_step_runs || return
		sleep 1
	done
}

some_step_runs() {
	for step in "$root/var/run/jailtui/steps"/*; do
		[ -d "$step" ] && [ ! -f "$step/status" ] || continue
		id=${step##*/}
		runs_step "$(cat "$step/runner" 2>/dev/null)" && return
	done
	return 1
}

main() {
	sleep "$seconds"
	mv "$here/open" "$here/fired" || exit
	trap '' TERM HUP
	exec >"$here/log" 2>&1 </dev/null
	steps_end
	for begun in $(ls -r "$here/fired"); do
		number=${begun#*-}
		undo "$number" || echo "undo of step $number: exit status $?"
	done
	routes_again
	: >"$here/ended"
}
main
