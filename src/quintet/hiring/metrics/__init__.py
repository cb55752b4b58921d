"""Facts in, small tables out: who was scored how, and what became of those hired."""
