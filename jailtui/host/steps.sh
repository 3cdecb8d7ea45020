# What runs, or has ended and was not fetched: after sections.sh. With `stop ID`, TERM is sent to that step's command.
runner_lives() {
	kill -0 "$(cat "$here/runner")"
}

step_of() {
	id=${here##*/}
	section "step $id" 5 cat "$here/begun" "$here/line"
	if [ -f "$here/status" ]; then
		section "status $id" 5 cat "$here/status"
	else
		section "lives $id" 0 runner_lives
	fi
}

main() {
	kept=$root/var/run/jailtui/steps
	case ${1-} in
	stop) section stop 5 kill -TERM "$(cat "$kept/$2/pid")" ;;
	*) for here in "$kept"/*; do [ ! -d "$here" ] || step_of; done ;;
	esac
	printf '%s done\n' "$mark"
}
main "$@" </dev/null
