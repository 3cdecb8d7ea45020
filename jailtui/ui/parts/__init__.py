"""The parts of the main screen, each with its own state; `screens/console.py` connects them."""
