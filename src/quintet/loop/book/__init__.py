"""The quarter book: what a board is handed after each quarter, as a page and as a PDF."""
