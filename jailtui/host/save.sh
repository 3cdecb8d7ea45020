# Save one file: write the new text beside it, check it there, keep the old file by a second name, rename the new one.
# Words: the SHA-256 that the old text must have (`-`: the file must not exist), that of the new text, `check` or `-`,
# the backup's date, that of what the last save wrote (`-`: it is not kept), dates of backups to remove afterwards.
# `text` (from the caller) prints the new text. A line that is cut does not end it: SIGPIPE is ignored.
trap '' PIPE
base=$1 want=$2 check=$3 date=$4 last=$5
shift 5

# cp -p copies flags too: no copy of a file that can't be changed is made.
flags() {
	unlocked "$dir" "new files in it" schg uchg sappnd uappnd || return
	[ "$base" = - ] || unlocked "$file" "any change" schg uchg sappnd uappnd sunlnk uunlnk
}

busy() {
	for other in "$mine"new-*; do
		[ -f "$other" ] && [ "${other##*-}" != "$$" ] || continue
		if saves "$other"; then
			echo "another save of this file is under way (process ${other##*-})" >&2
			return 1
		fi
		remove "$other" || return
	done
}

# Remove what a save that was killed left behind.
tidy() {
	busy || return
	for leftover in "$mine"[0-9]* "$beside/.${link##*/}.jailtui-check-"*; do
		if [ -L "$leftover" ] || { [ -f "$leftover" ] && [ "$leftover" -ef "$file" ]; }; then
			rm -f "$leftover" || return
		fi
		case $leftover in
		*.written) [ -e "${leftover%.written}" ] || rm -f "$leftover" || return ;;
		esac
	done
}

write() {
	if [ "$base" = - ]; then umask 022; else umask 077; fi
	rm -f "$new" && (set -C && : >"$new") || return
	if [ "$base" != - ]; then
		cp -p "$file" "$new" || return
	fi
	text >"$new" || return
	if [ "$base" != - ] && [ "$(owned "$file")" != "$(owned "$new")" ]; then
		echo "the new file would not have the old one's owner and mode ($(owned "$file"))" >&2
		return 1
	fi
	[ "$(digest "$new")" = "$want" ] || { echo "the text did not arrive whole" >&2; return 1; }
}

# jail(8) reads the new file by a name in the directory of the link, which `.include` is relative to.
check() {
	if [ "$dir" != "$beside" ]; then
		ln -s "$new" "$probe" || return
	fi
	PATH=$given ${limit:+$limit 60} jail -f "$probe" -e "$(printf '\037')" >/dev/null
}

flush() {
	if command -v fsync >/dev/null; then fsync "$1"; else sync "$1"; fi
}

backup() {
	[ ! -e "$backup" ] || { echo "${backup#"$root"} is there already" >&2; return 1; }
	if [ "$(links "$file")" = 1 ]; then ln "$file" "$backup" 2>/dev/null && return; fi
	cp -p "$file" "$backup"
}

unchanged() {
	if [ "$base" = - ]; then
		[ ! -e "$file" ]
	else
		[ -f "$file" ] && [ "$(digest "$1")" = "$base" ]
	fi
}

# A new file must not replace another: ln(1) refuses that, mv(1) does not.
swap() {
	if [ "$base" = - ]; then ln "$new" "$file"; else mv -f "$new" "$file"; fi
}

# What was written to the old file after the last comparison is in the backup: make the backup the file again.
restore() {
	mv -f "$backup" "$file"
}

# Keep what was written, to tell it from what others change later. What the last save wrote goes, if nobody changed it
# since: it is in the backup.
remember() {
	umask 077
	text >"$new" && flush "$new" && mv -f "$new" "$backup.written" || return
	[ "$last" = - ] || [ "$(digest "$mine$last")" != "$base" ] || rm -f "$mine$last"
}

prune() {
	for old; do rm -f "$mine$old" "$mine$old.written" || return; done
}

save() {
	step flags flags && step write write && step tidy tidy || return
	if [ "$check" = check ]; then step check check || return; fi
	step flush flush "$new" && step unchanged unchanged "$file" || return
	if [ "$base" != - ]; then
		step links links "$file"
		step backup backup || return
		made=1
	fi
	step unchanged unchanged "$file" && step swap swap || return
	made=
	if [ "$base" != - ] && ! step unchanged unchanged "$backup"; then
		step restore restore
		return
	fi
	step flush-folder flush "$dir"
	if [ "$base" != - ]; then step remember remember; fi
	step prune prune "$@"
}

main() {
	if step place place && place && step plain plain; then
		new=${mine}new-$$ backup=$mine$date made=
		probe=$new
		[ "$dir" = "$beside" ] || probe="$beside/.${link##*/}.jailtui-check-$$"
		step names printf '%s\n' "$new" "$probe" "$root"
		save "$@"
		[ "$probe" = "$new" ] || rm -f "$probe"
		remove "$new"
		[ -z "$made" ] || rm -f "$backup"
	fi
	printf '%s done\n' "$mark"
}
main "$@" </dev/null
