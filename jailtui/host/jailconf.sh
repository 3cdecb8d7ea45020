# The files that define jails. `asked`, made for each reading, calls `look_at` with paths; a pattern that matches nothing
# stays as it is, and no file has that name. The text of a file is printed only if its checksum is not in `known`.
# `sums` has the checksums after the texts were printed.
entry() {
	printf '%s begin path\n%s %s\0\n%s end 0\n\n' "$mark" "$1" "${2#"$root"}" "$mark"
}

# file SUM PATH: SUM as cksum(1) prints it, with or without the name.
file() {
	size=${1#* }
	key=${1%% *}.${size%% *}
	entry "file $key" "$2"
	case " $known " in
	*" $key "*) ;;
	*)
		known="$known $key"
		section "text $key" 5 cat "$2"
		;;
	esac
}

look_at() {
	nl='
'
	plain=
	for path; do
		if [ -f "$path" ]; then
			if ! [ -r "$path" ]; then
				entry "unreadable -" "$path"
				continue
			fi
			case $path in
			*"$nl"*) file "$(cksum <"$path")" "$path" ;;
			*) plain=$plain$path$nl ;;
			esac
		elif [ -d "$path" ]; then
			entry "directory -" "$path"
		elif [ -e "$path" ]; then
			entry "special -" "$path"
		elif [ -L "$path" ]; then
			entry "dangling -" "$path"
		fi
	done
	blanks=$IFS IFS=$nl
	set -f
	set -- $plain
	set +f
	IFS=$blanks
	[ $# -gt 0 ] || return 0
	cksum "$@" 2>/dev/null | while IFS= read -r line; do
		rest=${line#* }
		file "$line" "${rest#* }"
	done
	section sums 5 cksum "$@"
}
