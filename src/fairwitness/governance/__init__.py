"""What the centre has bound itself to."""
