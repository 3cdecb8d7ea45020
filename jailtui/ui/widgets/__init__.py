"""Widgets that know nothing of jails."""
