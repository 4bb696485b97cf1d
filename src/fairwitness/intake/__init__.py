"""Reports as they were told to us, and what the reporter permits."""
