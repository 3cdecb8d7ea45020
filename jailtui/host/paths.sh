# Questions about paths: `dir=PATH`, a directory that should exist, `fstab=PATH`, a file like fstab(5), `hosts=PATH` and
# `dnsmasq=PATH`, a file that gives names addresses, `folder=PATH`, a directory of such files, `boots=PATH`, a directory
# of Bastille's jails.
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

# Which of Bastille's jails start at boot, by the settings.conf of each.
boots() {
	for word; do
		case $word in boots=*) section "boots ${word#boots=}" 0 settings "$root${word#boots=}" ;; esac
	done
}

settings() {
	cd "$1" && ${limit:+$limit 5} grep -H '^boot=' ./*/settings.conf
}

# The files that give names addresses. In such a word two slashes stand after the outermost root of a jail that the file
# is below (none: before everything). Those of jails are read as long as there is time. After inside.sh.
name_files() {
	for word; do
		case $word in hosts=*//* | dnsmasq=*//* | folder=*//*) name_file "${word%%=*}" "${word#*=}" ;; esac
	done
}

name_file() {
	under=${2%%//*} longest=$most names=4096
	path=$under/${2#*//}
	if [ -n "$under" ]; then
		! is_late || return 0
		longest=16384 names=64
	fi
	if [ "$1" = folder ]; then
		jail_file "folder $path" "$under" "$path/" /bin/sh -c 'ls -1A | head -n "$1"' sh "$names"
	else
		jail_file "$1 $path" "$under" "$path" head -c "$longest"
	fi
}
