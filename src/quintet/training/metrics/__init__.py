"""Facts in, small tables out: who finished what, who answered what, and who made quota when."""
