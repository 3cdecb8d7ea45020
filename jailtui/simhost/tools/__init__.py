"""The commands of the simulated host, a module each, or several of one name for a larger one."""
