# Enter a jail in the place of this shell. Words: TERM, `-l` or `-`, the jid, and what to run there. After path.sh.
term=$1 clean=$2 jid=$3
shift 3
[ "$clean" = -l ] || clean=
inner=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin
[ -z "${JAILTUI_ROOT-}" ] || inner=$JAILTUI_ROOT/bin
exec env -i "TERM=$term" "PATH=$inner" jexec ${clean:+-l} "$jid" "$@"
