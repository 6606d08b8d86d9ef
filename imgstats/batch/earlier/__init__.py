"""What differs from the last run of a batch, and the removal of those who left."""
