"""A simulated FreeBSD host: a folder of commands over one locked state file.

Nothing here imports the rest of jailtui, and only cheap modules of the standard library: each command is a process.
"""
