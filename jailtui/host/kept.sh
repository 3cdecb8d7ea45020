# The folder in which a host keeps what goes on there without us: steps that run, their output and exit status.
# It is only for who made it: a folder that somebody else made, or may write, is refused.
runs() {
	kept=$root/var/run/jailtui
	mkdir -p "$root/var/run" && { [ -d "$kept" ] || mkdir -m 0700 "$kept"; } || return
	listed=$(ls -lnd "$kept") || return
	set -f
	set -- $listed
	set +f
	case "$1 $3" in
	"drwx------ $(id -u)" | "drwx------. $(id -u)") ;;
	*) echo "$kept is not a folder of this user alone (it is $1, uid $3)" >&2; return 1 ;;
	esac
}
