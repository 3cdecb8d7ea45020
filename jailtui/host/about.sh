# Answer questions about jails. Words after the mark, in this order: `only` (leave out what every form asks), `jid=N` (a
# running jail), `root=PATH` (a jail's root on the host), `parent=PATH` (a directory whose subdirectories may be roots of
# jails), `ruleset=N` (its rules), `under=PATH` (the root of the jail that has the logs that follow; empty: no jail),
# `log=PATH` (the end of a file that jail(8) wrote), `mounts`, `dir=PATH`, `fstab=PATH` (paths.sh).
under=
main() {
	if [ "${1-}" != only ]; then
		section params 10 sysctl -d security.jail.param
		rulesets
		section securelevel 5 sysctl -n kern.securelevel
		section bridge-sysctls 5 sysctl net.link.bridge
	fi
	for word; do
		case $word in
		jid=*) section running 10 jls -n --libxo json -j "${word#jid=}" ;;
		root=*)
			# A jail may have made its rc.conf, or its /etc, a link to the host's.
			under=${word#root=} rc=$root${word#root=}/etc/rc.conf
			if no_link "$rc"; then section jail-rc 5 cat "$rc"; fi
			section root 5 ls -ld "$root${word#root=}/." "$root${word#root=}/bin/sh" ;;
		parent=*) section "roots ${word#parent=}" 5 ls -1p "$root${word#parent=}/" ;;
		ruleset=*) section "ruleset ${word#ruleset=}" 5 devfs rule -s "${word#ruleset=}" show ;;
		mounts) section mounts 5 mount --libxo json ;;
		under=*) under=${word#under=} ;;
		log=*) if no_link "$root${word#log=}"; then section "log ${word#log=}" 5 tail -c 16384 "$root${word#log=}"; fi ;;
		esac
	done
	case " $*" in *" dir="*) section missing 0 missing_paths "$@" ;; esac
	fstabs "$@"
	printf '%s done\n' "$mark"
}

# Whether $1 is a file, and neither it nor a directory above it is a link that the jail at $under may have made.
no_link() {
	if ! [ -f "$1" ] || [ -L "$1" ]; then return 1; fi
	[ -n "$under" ] || return 0
	at=$1
	while [ "$at" != "$root$under" ]; do
		if [ -z "$at" ] || [ -L "$at" ]; then return 1; fi
		at=${at%/*}
	done
}
main "$@" </dev/null
