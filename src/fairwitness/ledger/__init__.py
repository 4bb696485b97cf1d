"""What was done, by whom, on which day."""
