"""Plans beside the reports of a batch: which stand, which are to be made, and their files."""
