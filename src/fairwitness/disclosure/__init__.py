"""The one door through which a named case leaves."""
