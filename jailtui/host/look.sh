# Read only the files that `asked` names. The words after the mark are CHECKSUM.SIZE of known texts, and `blind` if root
# would see more.
known="$*" same_files= blind=
case " $known " in *" blind "*) blind=1 ;; esac
main() {
	asked
	printf '%s done\n' "$mark"
}
main </dev/null
