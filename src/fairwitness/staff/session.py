"""A staff member's sitting: who is here, what is unlocked, and when the screen locks."""
