"""Whom we may write to, and the invitations we send."""
