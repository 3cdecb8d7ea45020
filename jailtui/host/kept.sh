# The folder in which a host keeps what goes on there without us. One that another user owns or may write is refused.
kept_folder() {
	kept=$root/var/run/jailtui
	[ -d "$kept/$1" ] || { mkdir -p "$root/var/run" && { [ -d "$kept" ] || mkdir -m 0700 "$kept"; }; } || return
	listed=$(ls -ld "$kept") || return
	case $listed in
	drwx------*) [ -O "$kept" ] || { echo "$kept belongs to another user" >&2; return 1; } ;;
	*) echo "$kept is not a folder for its owner alone: ${listed%% *}" >&2; return 1 ;;
	esac
	[ -d "$kept/$1" ] || mkdir "$kept/$1"
}
