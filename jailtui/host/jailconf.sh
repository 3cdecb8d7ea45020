# The files that define jails: jail.conf, what rc.d/jail looks for beside it, and what these include. A file whose
# checksum is among the words `known` is named without its text. Lines of `sums` tell what the text was by then.
conf_files() {
	nl='
'
	blanks=$IFS IFS=$nl
	set -- "$root"/etc/jail.conf "$root"/etc/jail.*.conf "$root"/etc/jail.conf.d/*.conf
	found=
	for level in 1 2 3 4 5 6 7 8; do
		fresh=
		for file; do
			case $nl$found$fresh in *"$nl$file$nl"*) continue ;; esac
			[ -f "$file" ] && fresh=$fresh$file$nl
		done
		[ -n "$fresh" ] || break
		found=$found$fresh
		set -- $(awk '{
			line = $0
			while (match(line, /\.include[ \t]+/)) {
				line = substr(line, RSTART + RLENGTH)
				end = index(line, ";")
				count = split(end ? substr(line, 1, end - 1) : line, words, ",")
				folder = FILENAME
				sub(/[^\/]*$/, "", folder)
				for (i = 1; i <= count; i++) {
					gsub(/^[ \t"\047]+|[ \t"\047]+$/, "", words[i])
					if (words[i] != "") print (words[i] ~ /^\// ? root words[i] : folder words[i])
				}
			}
		}' root="$root" $fresh 2>/dev/null)
	done
	set -f
	set -- $found
	set +f
	IFS=$blanks
	[ $# -gt 0 ] || return
	for file; do
		[ -r "$file" ] || section "file - ${file#"$root"}" 5 cat "$file"
	done
	cksum "$@" 2>/dev/null | while read -r crc size file; do
		case " $known " in
		*" $crc.$size "*) section "file $crc.$size ${file#"$root"}" 0 : ;;
		*) section "file $crc.$size ${file#"$root"}" 5 cat "$file" ;;
		esac
	done
	section sums 5 cksum "$@"
}
