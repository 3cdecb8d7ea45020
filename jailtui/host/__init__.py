"""The host room: runs things on a host and brings back their text. Never knows what the text means."""
