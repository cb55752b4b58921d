"""The reports of the demand room: sources, search terms, behaviour and content, counted honestly."""
