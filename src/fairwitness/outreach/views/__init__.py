"""Pages: what a link in a letter opens, and the desk of campaigns."""
