"""A small living centre, built by calling the real actions; nothing in it is real."""
