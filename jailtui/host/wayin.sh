# Who came in by ssh, by which session this shell was reached (sudo removes that), and the way back to each client.
CLIENTS=64

way_in() {
	section ssh-connection 0 printf '%s\n' "${SSH_CONNECTION-}"
	sockets=$(${limit:+$limit 5} sockstat -46cP tcp 2>&1 </dev/null)
	section sockstat 0 printed "$?"
	clients=$(printf '%s\n' "$sockets" |
		sed -n 's/^[^ ]* *sshd.* \([0-9A-Fa-f.:]*\(%[[:alnum:]._]*\)\{0,1\}\):[0-9]* *$/\1/p' | sort -u | head -n "$CLIENTS")
	for client in $clients; do
		case $client in
		::ffff:*.*) section "way $client" 5 route -n get "${client#::ffff:}" ;;
		*:*) section "way $client" 5 route -6 -n get "$client" ;;
		*) section "way $client" 5 route -n get "$client" ;;
		esac
	done
}

printed() {
	if [ "$1" = 0 ]; then printf '%s\n' "$sockets"; else printf '%s\n' "$sockets" >&2; fi
	return "$1"
}
