"""The `sh` of the simulated host: the machine's own, but scripts that a jail boots by are answered by `rc`."""

from __future__ import annotations

SH_SHIM = """\
#!{sh}
PATH={root}/bin
case ${{1-}} in
/etc/rc | /etc/rc.shutdown | /etc/rc.d/*) exec {python} -I -S -X utf8 {root}/boot.py rc "$@" ;;
esac
exec {sh} "$@"
"""
"""`{{root}}` and `{{python}}` come quoted for the shell."""
