"""Chart specifications."""
