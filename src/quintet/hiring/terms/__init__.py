"""Words that cross the wall of the hiring room, a file a subject."""
