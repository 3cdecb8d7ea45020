# The files that define jails. `asked`, made for each reading, calls `look_at` with paths; a pattern that matches nothing
# stays as it is, and no file has that name. The text of a file is sent only if its checksum is not in `known`, and
# where the checksum of the whole list is that of the last reading, `same_files`, nothing is.
nl='
'
closed=

# kind_of PATH: what is there, in `kind`: "" for nothing, `odd` for a file whose name cksum(1) can't print.
kind_of() {
	kind=
	if [ -f "$1" ]; then
		kind=unreadable
		[ ! -r "$1" ] || case $1 in *"$nl"*) kind=odd ;; *) kind=file ;; esac
	elif [ -d "$1" ]; then
		kind=directory
	elif [ -e "$1" ]; then
		kind=special
	elif [ -L "$1" ]; then
		kind=dangling
	fi
}

# shut MODE DIRECTORY...: note in `closed` where root would see more. MODE is r where names are listed, x where files of
# certain names are looked for.
shut() {
	mode=$1; shift
	for path; do
		case $path in *"$nl"*) continue ;; esac
		if [ -d "$path" ]; then
			[ -x "$path" ] && [ "-$mode" "$path" ] || closed=$closed$path$nl
			continue
		fi
		while [ -n "$path" ] && ! [ -e "$path" ]; do path=${path%/*}; done
		[ -z "$path" ] || [ -x "$path" ] || closed=$closed$path$nl
	done
}

# each NAMES COMMAND...: run the command with the names, of which each ends with a line break. More than 64 KiB of them go
# through xargs(1): a command may have no more than ARG_MAX.
each() {
	names=$1; shift
	[ -n "$names" ] || return 0
	if [ "${#names}" -gt 65536 ]; then
		printf '%s' "$names" | tr '\n' '\0' | ${limit:+$limit 20} xargs -0 "$@"
		return
	fi
	blanks=$IFS IFS=$nl
	set -f
	set -- "$@" $names
	set +f
	IFS=$blanks
	${limit:+$limit 20} "$@"
}

# file SUM PATH: SUM as cksum(1) prints it, with or without the name.
file() {
	size=${1#* }
	key=${1%% *}.${size%% *}
	printf 'file %s %s\0' "$key" "${2#"$root"}"
	case " $known " in
	*" $key "*) return 1 ;;
	esac
	known="$known $key"
}

# missing: the files of `plain` that cksum(1) did not read, of which `sums` has no line.
missing() {
	blanks=$IFS IFS=$nl
	set -f
	for path in $plain; do
		case $nl$sums$nl in *" $path$nl"*) ;; *) printf '%s\n' "$path" ;; esac
	done
	set +f
	IFS=$blanks
}

# lines TEXT: the number of its lines, in `lines`.
lines() {
	blanks=$IFS IFS=$nl
	set -f
	set -- $1
	set +f
	IFS=$blanks
	lines=$#
}

entries() {
	printf 'list %s\0' "$list"
	blanks=$IFS IFS=$nl
	set -f
	for path in $closed$unread; do printf 'unreadable - %s\0' "${path#"$root"}"; done
	for line in $sums; do
		rest=${line#* } path=${line#* * }
		IFS=$blanks
		! file "$line" "$path" || keys="$keys $key" new=$new$path$nl
	done
	set +f
	IFS=$blanks
	for path; do
		kind_of "$path"
		case $kind in
		'' | file) ;;
		odd) ! file "$(cksum <"$path")" "$path" || odd="$odd $key" ;;
		*) printf '%s - %s\0' "$kind" "${path#"$root"}" ;;
		esac
	done
}

look_at() {
	plain= rest= unread= keys= new= odd=
	for path; do
		kind_of "$path"
		case $kind in
		'') ;;
		file) plain=$plain$path$nl ;;
		*) rest="$rest$kind $path$nl" ;;
		esac
	done
	sums=$(each "$plain" cksum 2>/dev/null)
	lines "$sums"; summed=$lines
	lines "$plain"
	[ "$lines" = "$summed" ] || unread=$(missing)
	list=$(printf '%s' "$closed$rest$unread$sums" | cksum)
	list=${list% *}.${list#* }
	case $rest in
	*"odd "*) ;; # no checksum of theirs is in the list
	*) if [ "$list" = "$same_files" ]; then
		section unchanged 0 :
		return
	fi ;;
	esac
	printf '%s begin paths\n' "$mark"
	entries "$@"
	printf '\n%s end 0\n\n' "$mark"
	[ -z "$keys" ] || section "texts$keys" 0 each "$new" cat
	for path; do
		kind_of "$path"
		if [ "$kind" = odd ] && [ -n "$odd" ]; then
			key=$(cksum <"$path")
			section "texts ${key% *}.${key#* }" 5 cat "$path"
		fi
	done
}
