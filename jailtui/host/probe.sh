# Asked once at connect: the system and its tools. Each option is tried; releases are not compared.
main() {
	section uname 5 uname -nsrm
	section user 5 id -un
	section uid 5 id -u
	section ifconfig-j 5 ifconfig -j 0 -l
	section ifconfig-D 5 ifconfig -D lo0
	section netstat-j 5 netstat -j 0 -rn
	for tool in ifconfig jls jail jexec sysrc service pgrep timeout tcpdrop python3; do
		section "tool $tool" 0 command -v "$tool"
	done
	for manager in bastille iocage appjail pot cbsd ezjail-admin; do
		section "manager $manager" 0 command -v "$manager"
	done
	printf '%s done\n' "$mark"
}
main "$@" </dev/null
