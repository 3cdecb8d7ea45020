# Print the changes of the host's network as they happen, until standard input ends: also where the line is cut.
# After path.sh.

LC_ALL=C; export LC_ALL
exec 4<&0
stdbuf -oL route -n monitor </dev/null 2>/dev/null 4<&- &
monitor=$!
(cat <&4; kill "$monitor") >/dev/null 2>&1 &
keeper=$!
exec 4<&-
wait "$monitor"
kill "$keeper" 2>/dev/null
exit
