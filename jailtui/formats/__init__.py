"""The formats room: one tool's output per file, text in, records out."""
