"""The hosts that the embedded host starts as: the home network, and one of many jails."""
