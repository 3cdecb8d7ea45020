#!/bin/sh
# tests/setup.sh TOOL...: see that the programs are there which `make` needs besides Python.
# What is missing is installed where that may be done (root with apt-get or pkg); else the one command is named.
set -eu
PATH=$PATH:/usr/sbin # where sshd is

missing() { # of the tools
	for tool; do
		command -v "$tool" >/dev/null || echo "$tool"
	done
}

manager() {
	for tool in apt-get pkg; do
		if command -v $tool >/dev/null; then
			echo $tool
			return
		fi
	done
}

package() { # that has the tool, by the package manager's name
	case $2 in
	sshd) [ "$1" = pkg ] && echo openssh-portable || echo openssh-server ;;
	ssh | ssh-keygen) [ "$1" = pkg ] && echo openssh-portable || echo openssh-client ;;
	pgrep) echo procps ;;
	*) echo "$2" ;;
	esac
}

absent=$(missing "$@" | xargs)
[ -n "$absent" ] || exit 0
echo "Missing: $absent" >&2
manager=$(manager)
if [ -z "$manager" ]; then
	echo "Neither apt-get nor pkg is here: install them by hand, then run make again." >&2
	exit 1
fi
packages=$(for tool in $absent; do package "$manager" "$tool"; done | sort -u | xargs)
if [ "$(id -u)" != 0 ]; then
	echo "Run this as root, then run make again: $manager install -y $packages" >&2
	exit 1
fi
case $manager in
apt-get)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $packages
	;;
pkg) pkg install -y $packages ;;
esac
absent=$(missing "$@" | xargs)
[ -z "$absent" ] || {
	echo "Still missing: $absent" >&2
	exit 1
}
