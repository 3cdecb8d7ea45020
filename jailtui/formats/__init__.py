"""Parsers of the output of tools, one file a tool."""
