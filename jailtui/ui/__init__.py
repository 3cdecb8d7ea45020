"""The screen: renders a `HostState` and emits intentions."""
