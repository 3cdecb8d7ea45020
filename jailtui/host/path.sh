# The PATH of a session by ssh or doas may lack the sbin directories; that of the embedded host is complete.
[ -n "${JAILTUI_ROOT-}" ] || PATH="${PATH:+$PATH:}/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
export PATH
