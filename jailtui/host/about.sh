# What a form asks about one jail. Words after the mark: `jid=N` (it runs), `root=PATH` (its root on the host),
# `parent=PATH` (a folder whose subfolders may be roots of jails).
jid= path= parents=
main() {
	section params 10 sysctl -d security.jail.param
	section rulesets 5 devfs rule showsets
	section securelevel 5 sysctl -n kern.securelevel
	section bridge-sysctls 5 sysctl net.link.bridge
	for word; do
		case $word in
		jid=*) section running 10 jls -n --libxo json -j "${word#jid=}" ;;
		root=*)
			# A jail may have made its rc.conf a link to a file of the host.
			rc=$root${word#root=}/etc/rc.conf
			if [ -f "$rc" ] && ! [ -L "$rc" ]; then section jail-rc 5 cat "$rc"; fi
			section root 5 ls -ld "$root${word#root=}/." "$root${word#root=}/bin/sh" ;;
		parent=*) section "roots ${word#parent=}" 5 ls -1p "$root${word#parent=}/" ;;
		esac
	done
	printf '%s done\n' "$mark"
}
main "$@" </dev/null
