"""Read-only questions, scoped to who asks: pages, command line and API call these and no more."""
