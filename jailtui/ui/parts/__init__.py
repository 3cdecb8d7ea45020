"""The parts of the main screen: each with its own state, joined by `screens/console.py`."""
