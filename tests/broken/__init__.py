"""A house whose pages break in the midst of what somebody tells, to see what becomes of it."""
