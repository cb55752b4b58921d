"""Forms in which pages, modules, classes and questions are written down."""
