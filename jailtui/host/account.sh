# What the kernel accounts to one jail: its name is the word after the mark, of letters, digits, `_`, `.` and `-` only.
main() {
	section rctl 5 rctl -u "jail:$1"
	printf '%s done\n' "$mark"
}
main "$@" </dev/null
