"""Makers of small worlds, by calling the real actions."""
