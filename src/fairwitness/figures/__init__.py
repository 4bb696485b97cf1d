"""The one door through which counts leave."""
