# One refresh in one round trip. Words after the mark: `D` (ifconfig -D works), `j` (ifconfig -j works),
# `n` (netstat -j works), `slow` (read also what changes seldom and takes long), `routes` (and the routes inside each
# VNET jail, and every parameter), `route=JID` (the routes inside that jail, in any reading), `blind` (jails can't be
# entered), `mounts` (read them even if no jail is dying), `late=JID` (a jail that did not answer in time: entered last),
# `same=LISTS` and `turn=JID` (as long as the lists are those, only these jails are looked into), `load` (load.sh),
# `dir=PATH`, `fstab=PATH` and others (paths.sh), `files=CHECKSUM` of the list of files in the last reading,
# `unlisted` (the managers' lists only in the next reading), CHECKSUM.SIZE of files whose text is known.
same_files= driver= inside= routed= slow= routes= tunneled= blind= mounts= late= same= turns= known= loaded= unlisted=
for word; do
	case $word in
	D) driver=D ;;
	j) inside=j ;;
	n) routed=1 ;;
	slow) slow=1 ;;
	routes) routes=1 ;;
	blind) blind=1 ;;
	mounts) mounts=1 ;;
	load) loaded=1 ;;
	unlisted) unlisted=1 ;;
	route=*) tunneled="$tunneled ${word#route=} " ;;
	late=*) late="$late ${word#late=} " ;;
	same=*) same=${word#same=} ;;
	files=*) same_files=${word#files=} ;;
	turn=*) turns="$turns ${word#turn=}" ;;
	dir=* | fstab=* | boots=* | hosts=* | dnsmasq=* | folder=*) ;;
	*.*) known="$known $word" ;;
	esac
done

# The second list of interfaces: netstat escapes names, and prints no descriptions. sed(1) removes the counters: a quote
# in a name has a backslash before it, so that no name contains `,"`, and no name follows the counters of its interface.
links() {
	section links 5 netstat -ibdnW -f link --libxo json
	for jid in $vnets; do
		if [ -n "$routed" ]; then
			section "links-inside $jid" 5 netstat -ibdnW -f link --libxo json -j "$jid"
		else
			entered "links-inside $jid" 1 "$jid" netstat -ibdnW -f link --libxo json
		fi
	done
}

# The routes inside all jails, or only in those with a tunnel.
inside_routes() {
	for jid in $vnets; do
		case $routes$tunneled in 1* | *" $jid "*) routes_of "$jid" ;; esac
	done
}

# The host's processes of root that are called jail, and if there are any, the program of each process: a process can
# change its name.
jail_commands() {
	${limit:+$limit 5} pgrep -j none -U 0 -fl jail
	case $? in
	0) ${limit:+$limit 5} ps -axww -o jid,uid,pid,comm ;;
	1) return 1 ;;
	*) ${limit:+$limit 5} pgrep -fl jail ;;
	esac
}

# The lists of the jails and of the host's interfaces, as one word.
lists() {
	{ printf '%s\n' "$listed"; ${limit:+$limit 5} ifconfig -l; } | cksum | tr ' ' .
}

# Where there are more jails than are looked into at once (turns.py).
in_turn() {
	[ "$#" -gt 20 ] || return 0
	now=$(lists)
	section lists 0 printf '%s\n' "$now"
	[ "$now" != "$same" ] || vnets=$turns
}

# living_vnets `jid=JID vnet=new nodying`...: the jids of these, in `vnets`.
living_vnets() {
	while [ "$#" -ge 3 ]; do
		case $1,$2,$3 in jid=*,vnet=new,nodying) vnets="$vnets ${1#jid=}" ;; esac
		shift 3
	done
}

late_last() {
	first= last=
	for jid in $vnets; do
		case $late in
		*" $jid "*) last="$last $jid" ;;
		*) first="$first $jid" ;;
		esac
	done
	vnets="$first $last"
}

main() {
	section jls 10 jls -d -n --libxo json jid name path host.hostname vnet dying parent osrelease \
		persist devfs_ruleset children.cur children.max securelevel ip4 ip4.addr ip6 ip6.addr
	section ifconfig 10 ifconfig "-a$driver"
	listed=$(${limit:+$limit 10} jls -d -n jid vnet dying 2>/dev/null)
	vnets=
	[ -n "$blind" ] || living_vnets $listed
	in_turn $vnets
	[ -z "$late" ] || late_last
	for jid in $vnets; do
		if [ -n "$inside" ]; then
			section "inside $jid" 5 ifconfig -j "$jid" "-a$driver"
		else
			entered "inside $jid" 2 "$jid" ifconfig -a
		fi
	done
	links 3>&1 | sed -e 's/,"network":"<Link#[0-9]*>"//g' -e 's/,"received-packets":[^}]*}/}/g'
	inside_routes
	if [ -n "$routes" ]; then
		# All parameters: naming allow.mount.X would load the module X.
		section jail-params 20 jls -n --libxo json
	fi
	# What holds a dying jail can be read only on the host.
	case $listed in *" dying"*)
		mounts=1
		# For an address that is in no file: its MAC, and the end of a pair behind which that MAC is.
		section arp 5 arp -an
		for bridge in $(${limit:+$limit 5} ifconfig -g bridge 2>/dev/null); do
			section "learned $bridge" 5 ifconfig "$bridge" addr
		done
		section connections 5 netstat -anW -p tcp
		;;
	esac
	[ -z "$mounts" ] || section mounts 5 mount --libxo json
	case " $*" in *" dir="*) section missing 0 missing_paths "$@" ;; esac
	section jail-commands 0 jail_commands
	[ -z "$loaded" ] || load
	asked
	if [ -n "$slow" ]; then
		section sysrc 20 sysrc -ae
		section bridge-sysctls 5 sysctl net.link.bridge kern.securelevel
		fstabs "$@"
		boots "$@"
		name_files "$@"
		rulesets
		way_in
		[ -n "$unlisted" ] || managers
	fi
	printf '%s done\n' "$mark"
}
main "$@" </dev/null
