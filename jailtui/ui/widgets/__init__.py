"""Widgets that know no jails."""
