# What mdo(1) needs, asked by a user who is not root.
main() {
	section uid 5 id -u
	section module 5 kldstat -q -m mac_do
	section rules 5 sysctl -n security.mac.do.rules
	printf '%s done\n' "$mark"
}
main </dev/null
