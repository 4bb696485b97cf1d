"""The pages on which somebody tells us what happened, and the receipt they take away."""
