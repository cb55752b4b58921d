"""Vega-Lite specs: the same dicts on the page and in a mail."""
