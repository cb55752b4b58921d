"""Records of what managers decided."""
