# Read one file, and list its backups.
main() {
	if step place place && place && step plain plain; then
		step data cat "$file"
		step file printf '%s\n' "${file#"$root"}"
		step kept kept
		step under-way under_way
		step now date -u +%Y%m%dT%H%M%SZ
	fi
	printf '%s done\n' "$mark"
}
main </dev/null
