# By what a jail can be entered: a shell, login(1), and `jexec -l`, which needs a home. Word: the jid. After inside.sh.
main() {
	entered shell 5 "$1" /bin/sh -c 'command -v login; :'
	entered clean 5 -l "$1" /bin/sh -c :
	printf '%s done\n' "$mark"
}
main "$@" </dev/null
