# Answer questions about jails. Words after the mark, in this order: `only` (leave out what every form asks), `jid=N` (a
# running jail), `under=PATH` (the root of the outermost jail that has the files that follow; empty: no jail), `root=PATH`
# (a jail's root on the host), `parent=PATH` (a directory whose subdirectories may be roots of jails), `ruleset=N` (its
# rules), `log=PATH` (the end of a file that jail(8) wrote), `mounts`, `dir=PATH`, `fstab=PATH`, `hosts=PATH`,
# `dnsmasq=PATH` and `folder=PATH` (paths.sh), `known=ID` (of the file that follows), `end=PATH` (a line
# with the ID of a file, and unless it is known the end of the file), `in=N` (a running jail), `end-in=PATH` (the end of a
# file, as that jail finds it), `n` (netstat -j works), `route=N` (the routes inside a running jail).
under= known= in= routed=
log_end='id=$(stat -f %d.%i.%z.%m); echo "$id"; [ "$id" = "$1" ] || tail -c 65536'
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
			jail_file jail-rc "${under:-${word#root=}}" "${word#root=}/etc/rc.conf" head -c "$most"
			section root 5 ls -ld "$root${word#root=}/." "$root${word#root=}/bin/sh" ;;
		parent=*) section "roots ${word#parent=}" 5 ls -1p "$root${word#parent=}/" ;;
		ruleset=*) section "ruleset ${word#ruleset=}" 5 devfs rule -s "${word#ruleset=}" show ;;
		n) routed=1 ;;
		route=*) routes_of "${word#route=}" ;;
		mounts) section mounts 5 mount --libxo json ;;
		under=*) under=${word#under=} ;;
		known=*) known=${word#known=} ;;
		end=*) jail_file "end ${word#end=}" "$under" "${word#end=}" /bin/sh -c "$log_end" sh "$known" ;;
		in=*) in=${word#in=} ;;
		end-in=*) entered "end-in ${word#end-in=}" 5 "$in" tail -c 65536 "${word#end-in=}" ;;
		log=*) jail_file "log ${word#log=}" "$under" "${word#log=}" tail -c 16384 ;;
		esac
	done
	case " $*" in *" dir="*) section missing 0 missing_paths "$@" ;; esac
	fstabs "$@"
	boots "$@"
	name_files "$@"
	printf '%s done\n' "$mark"
}
main "$@" </dev/null
