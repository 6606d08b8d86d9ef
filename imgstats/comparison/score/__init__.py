"""The rate at a score: the ways to it, and what each says."""
