"""How it looks: tokens, components, page templates."""
