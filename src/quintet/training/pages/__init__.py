"""Pages: translate a request into asks, and answers into what a template draws."""
