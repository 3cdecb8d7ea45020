# The load and the traffic of all jails, by a fixed number of commands, whatever the number of jails. No jail is entered.
# After sections.sh.

load() {
	section load-host 5 sysctl security.bsd.see_other_uids security.bsd.see_jail_proc kern.racct.enable
	section load-jails 0 load_of_jails
	load_of_links 3>&1 | sed -E -e 's/,"flags":"[^{}]*,"received-packets":/,/g' \
		-e 's/,"(received|dropped|sent|send)-(packets|errors|bytes)":|,"collisions":/,/g' \
		-e 's/,([0-9]+),([0-9]+),([0-9]+),([0-9]+),([0-9]+),([0-9]+),([0-9]+),[0-9]+,([0-9]+)\}/,\1,\4,\5,\7,\2,\3,\6,\8]/g' \
		-e 's/\{"name":"/["/g' -e 's/,0,0,0,0\]/]/g'
}

# Of each interface only the name and the counters. A quote in a name has a backslash before it, so that no key is in one.
load_of_links() {
	section load-links 5 netstat -ibdnW -f link --libxo json
}

# A line for each jail, its jid and its path, of the JSON of jls: a jail that may make jails chooses their paths. In JSON a
# line break, a quote and a backslash have a backslash before them: such a path is left out.
jail_lines() {
	awk '{
		gsub(/"\},[ ]*\{"jid":"/, "\n")
		sub(/^.*"jail":[ ]*\[(\{"jid":")?/, "")
		sub(/"\}\][ }]*$/, "")
		print
	}' | awk 'sub(/","path":"/, " ") && /^[0-9]+ / { if (/\\/) sub(/ .*/, " "); print }'
}

# The clock, and a line for each jail: jid, CPU time in 1/100 s, %CPU in 1/10, resident KiB, and its age in seconds by
# the mount on its /dev (d), else that of its oldest process (p).
load_of_jails() {
	now=$(date +%s) && jails=$(${limit:+$limit 5} jls --libxo json jid path) &&
		processes=$(${limit:+$limit 5} ps -axww -o jid,%cpu,rss,time,etimes) || return
	jails=$(printf '%s\n' "$jails" | jail_lines)
	mounts=$(printf '%s\n' "$jails" | root=$root awk 'sub(/^[0-9]+ /, "") && $0 != "" {
		$0 = ENVIRON["root"] $0
		gsub(/[^A-Za-z0-9_.,\/-]/, "\\\\&")
		print; print $0 "/dev"
	}' | ${limit:+$limit 5} xargs stat -f '%c %d %N' 2>/dev/null)
	printf '%s\n\n%s\n\n%s\n' "$jails" "$mounts" "$processes" | root=$root now=$now awk '
		/^$/ { part++; next }
		!part {
			jid = $1
			if (jid ~ /^[0-9]+$/ && !(jid in path)) {
				sub(/^[0-9]+ /, "")
				path[jid] = ENVIRON["root"] $0
				jails_at[path[jid]]++
			}
			next
		}
		part == 1 { made = $1; device = $2; sub(/^[0-9]+ [0-9]+ /, ""); made_at[$0] = made; device_of[$0] = device; next }
		$1 in path {
			split($4, time, /[:.]/)
			cpu[$1] += time[1] * 6000 + time[2] * 100 + time[3]; percent[$1] += $2 * 10; memory[$1] += $3
			if (!($1 in oldest) || $5 > oldest[$1]) oldest[$1] = $5
		}
		END {
			print ENVIRON["now"]
			for (jid in path) {
				top = path[jid]; dev = top "/dev"; age = ""
				if (jid in oldest) age = "p" oldest[jid]
				if (top != ENVIRON["root"] "/" && jails_at[top] == 1 && device_of[top] != device_of[dev] && dev in made_at) {
					mounted = ENVIRON["now"] - made_at[dev]
					if (mounted >= oldest[jid] - 2) age = "d" mounted
				}
				printf "%d %.0f %.0f %.0f %s\n", jid, cpu[jid], percent[jid], memory[jid], age
			}
		}'
}
