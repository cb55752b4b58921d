"""Records of the loop."""
