"""The model room: `HostState`, how jails, epairs, bridges and VLANs are joined."""
