"""The `sh` of the simulated host: that of this machine, but `rc` runs the scripts that boot a jail.

What a hook gives it is looked through first (hook_limits.py).

A shell has `kill` built in. A text of -c may signal itself and its last child; all else goes to the simulated kill(1),
which knows simulated processes only: a hook must never end a process of this machine.
"""

from __future__ import annotations

SH_SHIM = """\
#!{sh}
PATH={root}/bin
case ${{JAILTUI_SIM_HOOK-}} in
'') ;;
checked) JAILTUI_SIM_HOOK=started ;;
*) {python} -I -S -X utf8 {root}/boot.py hooksh "$@" || exit ;;
esac
case ${{1-}} in
/etc/rc | /etc/rc.shutdown | /etc/rc.d/*) exec {python} -I -S -X utf8 {root}/boot.py rc "$@" ;;
-c | -[a-z]c)
	guard='kill() {{ for kill_last; do :; done
	case $#,${{1-}} in 1,* | 2,-* | 3,-s) ;; *) kill_last= ;; esac
	if [ -n "$kill_last" ] && {{ [ "$kill_last" = "$$" ] || [ "$kill_last" = "${{!-}}" ]; }}
	then command kill "$@"; else env kill "$@"; fi; }}; '
	option=$1 text=${{2-}}
	[ $# -lt 2 ] || shift 2
	exec {sh} "$option" "$guard$text" "$@" ;;
esac
exec {sh} "$@"
"""
"""`{{root}}` and `{{python}}` come quoted for the shell."""


def quote(word: str) -> str:
    """A word as the shell reads it back; importing shlex takes as long as an answer."""
    return "'" + word.replace("'", "'\\''") + "'"
