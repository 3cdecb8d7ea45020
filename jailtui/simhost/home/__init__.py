"""The states in which the embedded host starts: the home network, or a host with many jails."""
