# The folder in which a host keeps what goes on there without us. One that another user owns or may write is refused.
kept_folder() {
	kept=$root/var/run/jailtui
	[ -d "$kept" ] || mkdir -p "$root/var/run" || return
	[ -d "$kept" ] || mkdir -m 0700 "$kept" 2>/dev/null || [ -d "$kept" ] || mkdir -m 0700 "$kept" || return
	[ ! -L "$kept" ] || { echo "$kept is a link" >&2; return 1; }
	listed=$(ls -ld "$kept") || return
	case $listed in
	drwx------*) [ -O "$kept" ] || { echo "$kept belongs to another user" >&2; return 1; } ;;
	*) echo "$kept is not a folder for its owner alone: ${listed%% *}" >&2; return 1 ;;
	esac
	[ -d "$kept/$1" ] || mkdir -p "$kept/$1"  # steps that begin at once make it at once
}

# runs_step PID: whether that process runs the step $id, and did not just get the number of one that did.
runs_step() {
	kill -0 "$1" 2>/dev/null || return
	case $(PATH="/bin:/usr/bin:$PATH" ps -ww -o args= -p "$1" 2>/dev/null) in *" $id "* | '') ;; *) return 1 ;; esac
}
