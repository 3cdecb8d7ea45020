"""The commands of the simulated host, one module each, with what a larger one is made of."""
