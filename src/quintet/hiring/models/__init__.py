"""Records of what is written down about criteria, candidates and decisions."""
