# One refresh in one round trip. Words after the mark: `D` (ifconfig -D works), `j` (ifconfig -j works),
# `slow` (read also what changes seldom and takes long), `blind` (jails can't be entered),
# CHECKSUM.SIZE of files whose text is known.
driver= inside= slow= blind= known=
for word; do
	case $word in
	D) driver=D ;;
	j) inside=j ;;
	slow) slow=1 ;;
	blind) blind=1 ;;
	*.*) known="$known $word" ;;
	esac
done

main() {
	section jls 10 jls -d -n --libxo json jid name path host.hostname vnet dying parent osrelease \
		persist devfs_ruleset children.cur children.max securelevel ip4 ip4.addr ip6 ip6.addr
	section ifconfig 10 ifconfig "-a$driver"
	if [ -z "$blind" ]; then
		for jid in $(jls -n jid vnet 2>/dev/null | sed -n 's/^jid=\([0-9][0-9]*\) vnet=new$/\1/p'); do
			if [ -n "$inside" ]; then
				section "inside $jid" 5 ifconfig -j "$jid" "-a$driver"
			else
				section "inside $jid" 5 jexec "$jid" ifconfig -a
			fi
		done
	fi
	section jail-commands 5 pgrep -fl jail
	conf_files
	[ -z "$slow" ] || section sysrc 20 sysrc -ae
	printf '%s done\n' "$mark"
}
main "$@" </dev/null
