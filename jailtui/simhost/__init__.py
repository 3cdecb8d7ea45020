"""A simulated FreeBSD host: a folder of commands over one locked state file.

`kernel/` holds the state and the rules that change it, `tools/` the commands, `home/` the hosts it can start as.
Nothing here imports the rest of jailtui but `jailconf`, and that only where jail(8) reads a file that has changed:
each command is a process, so it loads cheap modules of the standard library only.
"""
