"""Django's SQLite, in which those who write wait in a queue instead of knocking."""
