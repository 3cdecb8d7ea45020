# What runs, or has ended and was not fetched: after sections.sh and kept.sh. With `stop ID`, TERM is sent to that step's
# command.
runner_lives() {
	runs_step "$(cat "$here/runner")"
}

step_of() {
	id=${here##*/}
	section "step $id" 5 cat "$here/begun" "$here/line"
	[ -f "$here/status" ] || section "lives $id" 0 runner_lives
	[ ! -f "$here/status" ] || section "status $id" 5 cat "$here/status"  # it may have ended between the two
}

stop_command() {
	here=$kept/$id
	[ ! -f "$here/status" ] && runner_lives || { echo "it has ended" >&2; return 1; }
	kill -TERM "$(cat "$here/pid")"
}

main() {
	kept=$root/var/run/jailtui/steps
	case ${1-} in
	stop) id=$2; section stop 0 stop_command ;;
	*) for here in "$kept"/*; do [ ! -d "$here" ] || step_of; done ;;
	esac
	printf '%s done\n' "$mark"
}
main "$@" </dev/null
