# Prelude of the scripts that read or save one file (after sections.sh; the caller sets $path, absolute).
# jail(8) is found by the old PATH. The other tools are those of this machine on the embedded host (it has a boot.py),
# whose own tools write only below its directory.
given=$PATH
PATH="$PATH:/bin:/usr/bin:/sbin:/usr/sbin"
[ ! -f "$root/boot.py" ] || PATH="/bin:/usr/bin:/sbin:/usr/sbin:$PATH"

# Follow the symbolic links of $path, not in a loop: sets link, beside (the link's directory), file, dir, name.
place() {
	link=$root$path beside=$root${path%/*} file=$root$path hops=0
	while [ -L "$file" ]; do
		hops=$((hops + 1))
		[ "$hops" -le 32 ] || { echo "Too many levels of symbolic links" >&2; return 1; }
		aim=$(readlink "$file") || return
		case $aim in
		"$root"/*) file=$aim ;;
		/*) file=$root$aim ;;
		*) file=${file%/*}/$aim ;;
		esac
	done
	dir=${file%/*} name=${file##*/}
	mine="$dir/.$name.jailtui-"
}

# digest FILE: its SHA-256 in hexadecimal. FreeBSD has sha256(1), FreeBSD 14 and Linux have sha256sum(1).
digest() {
	sum=$(sha256sum <"$1" 2>/dev/null) || sum=$(sha256 -q <"$1") || return
	echo "${sum%% *}"
}

# owned FILE: mode, uid and gid as ls(1) prints them; stat(1) differs between systems.
owned() {
	listed=$(ls -lnd "$1") || return
	set -f
	set -- $listed
	set +f
	echo "$1 $3 $4"
}

# links FILE: how many names it has.
links() {
	listed=$(ls -lnd "$1") || return
	set -f
	set -- $listed
	set +f
	echo "$2"
}

# unlocked FILE CHANGE FLAG...: fails if the file has one of these flags, which forbid that change also to root
# (chflags(1)). stat(1) of FreeBSD prints flags, that of Linux fails.
unlocked() {
	place=$1 forbids=$2
	shift 2
	flags=$(stat -f %Sf "$place" 2>/dev/null) || return 0
	for flag; do
		case ",$flags," in
		*",$flag,"*)
			echo "${place#"$root"} has the flag $flag, which forbids $forbids: chflags no$flag ${place#"$root"} clears it" >&2
			return 1
			;;
		esac
	done
}

# remove FILE: also if it has the flags of the file that it is a copy of.
remove() {
	rm -f "$1" 2>/dev/null || { chflags 0 "$1" && rm -f "$1"; }
}

# step NAME COMMAND...: a section whose exit status is handed on.
step() {
	printf '%s begin %s\n' "$mark" "$1"
	shift
	complaint=$("$@" 2>&1 >&3 3>&- </dev/null)
	status=$?
	printf '\n%s end %s\n%s\n' "$mark" "$status" "$complaint"
	return "$status"
}

plain() {
	[ ! -e "$file" ] || [ -f "$file" ] || { echo "not a regular file" >&2; return 1; }
}

# Whether a save still writes to that file: its name ends in the number of a process.
saves() {
	kill -0 "${1##*-}" 2>/dev/null && [ -z "$(find "$1" -cmin +5)" ]
}

# The saves of this file that are under way.
under_way() {
	for other in "$mine"new-*; do
		if [ -f "$other" ] && saves "$other"; then echo "${other##*-}"; fi
	done
}

# The dates of the backups, but for those of an unfinished save: these are the file itself.
kept() {
	for old in "$mine"[0-9]*; do
		[ -f "$old" ] && ! [ "$old" -ef "$file" ] && printf '%s\n' "${old#"$mine"}"
	done
	:
}
