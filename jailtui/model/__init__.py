"""`HostState`: jails, epairs, bridges and VLANs, and how they are joined."""
