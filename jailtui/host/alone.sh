# The load alone, between two readings. After load.sh.
main() {
	load
	printf '%s done\n' "$mark"
}
main </dev/null
