# routes: the static routes by a gateway, each as `inet DESTINATION GATEWAY` or `inet6 ...`.
routes() {
	for family in inet inet6; do
		PATH=$given netstat -rn -f "$family" | awk -v "family=$family" '$3 ~ /G/ && $3 ~ /S/ { print family, $1, $2 }'
	done
}
