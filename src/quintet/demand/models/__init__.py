"""Records of what people agreed, typed and tried."""
