# Questions about paths in the configuration: `dir=PATH`, a directory that should exist, `fstab=PATH`, a file like
# fstab(5).
missing_paths() {
	for word; do
		case $word in dir=*) if is_missing "$root${word#dir=}"; then printf '%s\n' "${word#dir=}"; fi ;; esac
	done
}

# Whether $1 is known not to be a directory; false if this user may not look.
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
