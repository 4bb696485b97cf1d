"""The pages of the settings: what is missing, why it matters, and where to mend it."""
