"""Frozen values that cross the wall of the room."""
