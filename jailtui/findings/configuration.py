"""Rules about configuration."""
