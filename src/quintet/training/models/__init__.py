"""Records of what is taught, who took it, and what they may do with it."""
