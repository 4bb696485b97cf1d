"""What a file is by its content alone, and what tells of place, time and device taken out of it."""
