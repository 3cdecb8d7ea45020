"""jailtui: a terminal console for FreeBSD VNET jails."""

__version__ = "0.1.0"
