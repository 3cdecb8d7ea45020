"""The screen: it shows a `HostState`, and asks for plans."""
