"""Mutated texts for every reader: `make fuzz`."""
