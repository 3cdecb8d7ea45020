"""The simulated kernel: its state, the rules that change it, and the file it is kept in."""
