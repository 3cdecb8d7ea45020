"""Stand-ins for the managers of jails, on hosts that are set up with one: each does what its public source does to
jail(8), ifconfig(8) and files for start, stop, restart and list, prints its lines and ends with its exit status.
"""
