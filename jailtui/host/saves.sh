# Read one file and its backups, with what the saves wrote that made them.
main() {
	if step place place && place && step plain plain; then
		step data cat "$file"
		step file printf '%s\n' "${file#"$root"}"
		step kept kept
		step under-way under_way
		step now date -u +%Y%m%dT%H%M%SZ
		kept | while read -r date; do
			case $date in *[!0-9A-Za-z.]*) continue ;; esac
			old=$mine$date
			step "text ${old#"$root"}" cat "$old"
		done
	fi
	printf '%s done\n' "$mark"
}
main </dev/null
