"""People who walk through the whole centre in a browser."""
