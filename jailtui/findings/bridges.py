"""Rules about bridges."""
