"""The map as a form: what is drawn, and what comes back."""
