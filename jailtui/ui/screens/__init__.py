"""The screens: the console, a plan before it runs, a run, help."""
