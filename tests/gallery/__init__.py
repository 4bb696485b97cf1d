"""Every component in each of its states, for tests and for whoever changes the look."""
