"""``imgstats data``: the shipped tables, and a user's own."""
