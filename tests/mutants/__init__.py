"""Small changes to the code, each to be noticed by the tests of its room: `make mutants`."""
