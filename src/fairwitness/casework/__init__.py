"""What we believe happened, and how institutions dealt with it."""
