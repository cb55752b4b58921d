"""A door in: transcripts of calls, as captions, meetings and call recorders write them."""
