"""Rules about jails."""
