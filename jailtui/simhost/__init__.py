"""The embedded host: a simulated FreeBSD that answers the commands the console runs."""
