"""What the simulated kernel knows: its state, the rules that change it, and the file it is kept in."""
