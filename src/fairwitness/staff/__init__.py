"""Who works here and what their role lets them do."""
