"""What we ask, and the answers that belong to nobody."""
