# What is asked about paths that the configuration names: `dir=PATH`, a directory that should be there, `fstab=PATH`, a file
# in the manner of fstab(5).
missing_paths() {
	for word; do
		case $word in dir=*) if is_missing "$root${word#dir=}"; then printf '%s\n' "${word#dir=}"; fi ;; esac
	done
}

# Whether there is no such directory, as far as this user may look.
is_missing() {
	[ ! -d "$1" ] || return 1
	above=$1
	while [ -n "$above" ] && [ ! -e "$above" ]; do above=${above%/*}; done
	[ -x "${above:-/}" ] || [ -f "$above" ]
}

fstabs() {
	for word; do
		case $word in fstab=*) section "fstab ${word#fstab=}" 5 cat "$root${word#fstab=}" ;; esac
	done
}
