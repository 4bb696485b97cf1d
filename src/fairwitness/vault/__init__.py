"""What is secret: envelopes, keys, who holds them."""
