"""The hiring formula: what interview scores say about success here, and how sure that is."""
