# Where the tools are. A session by ssh or doas may lack the sbin folders; the embedded host has all it needs.
[ -n "${JAILTUI_ROOT-}" ] || PATH="${PATH:+$PATH:}/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
export PATH
