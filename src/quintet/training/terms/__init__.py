"""Words that cross the wall of the training room, a file a subject."""
