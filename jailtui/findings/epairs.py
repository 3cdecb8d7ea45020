"""Rules about epairs."""
