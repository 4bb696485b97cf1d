"""What a person may ask of us, and how long we keep what."""
