"""Demand generation: which leads are worth working, and what marketing and sales owe each other."""
