# What the managers of jails list, by the commands of config/managers.py. After inside.sh.

managers() {
	managers_at=
	listed_by iocage list -h -l
	listed_by appjail jail list -eHIpt name
	listed_by pot list -q
	listed_by cbsd jls header=0 shownode=0 display=jname,ip4_addr,status,path
	listed_by ezjail-admin list
}

# listed_by COMMAND...: a section, if the command is on the host. All together are asked for 12 s.
listed_by() {
	command -v "$1" >/dev/null 2>&1 || return 0
	managers_at=${managers_at:-$(date +%s)}
	section "managed $1" 0 bounded "$@"
}

# The command's output, for 5 s and up to 256 KiB, also where something that it started holds the pipe.
bounded() {
	[ $(($(date +%s) - managers_at)) -lt 12 ] || return 125
	NOCOLOR=1 && export NOCOLOR
	{
		status=$({
			{ ${limit:+$limit 5} "$@" 4>&- 5>&-; echo "$?" >&4; } | ${limit:+$limit 6} head -c "$most" >&5 || echo 124 >&4
		} 4>&1)
	} 5>&1
	return "${status##*"$nl"}"
}
