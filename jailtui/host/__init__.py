"""Runs scripts and commands on a host and returns their text, which is parsed elsewhere."""
