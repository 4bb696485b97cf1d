"""Template tags of the desk's frame."""
