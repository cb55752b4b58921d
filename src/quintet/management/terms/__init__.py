"""Words that cross the wall of the management room, a file a subject."""
