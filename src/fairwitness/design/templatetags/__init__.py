"""Template tags: one per component of LOOK §2."""
