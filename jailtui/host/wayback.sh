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

main() {
	sleep "$seconds"
	mv "$here/open" "$here/fired" || exit
	trap '' TERM HUP
	exec >"$here/log" 2>&1 </dev/null
	for begun in $(ls -r "$here/fired"); do
		number=${begun#*-}
		undo "$number" || echo "undo of step $number: exit status $?"
	done
	routes_again
	: >"$here/ended"
}
main
