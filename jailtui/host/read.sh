# Read one file, and list its backups; with the word `texts` read these too, and what the saves wrote that made them.
main() {
	if step place place && place && step plain plain; then
		step data cat "$file"
		step file printf '%s\n' "${file#"$root"}"
		step kept kept
		step under-way under_way
		step now date -u +%Y%m%dT%H%M%SZ
		[ "${1-}" != texts ] || saved_texts
	fi
	printf '%s done\n' "$mark"
}

saved_texts() {
	kept | while read -r date; do
		case $date in *[!0-9A-Za-z.]*) continue ;; esac
		old=$mine$date
		step "text ${old#"$root"}" cat "$old"
	done
}

main "$@" </dev/null
