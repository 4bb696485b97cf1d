"""Fairwitness: an incident monitoring centre that people can trust."""
