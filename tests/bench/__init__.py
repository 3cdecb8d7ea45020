"""Speed and size, printed as ratios within one run; nothing here is asserted in absolute time."""
