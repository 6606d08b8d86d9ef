"""The positions of a specialty by state."""
