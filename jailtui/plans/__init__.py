"""Plans: the steps of an action, which are shown before they run."""
