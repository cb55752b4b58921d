"""Files: what a CRM exports, read, mapped and loaded."""
