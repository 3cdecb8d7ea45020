"""The plans room: an intention turned into steps that are shown before they run."""
