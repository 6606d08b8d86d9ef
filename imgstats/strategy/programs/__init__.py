"""Programs of a user's own file: filtered with the reason for each, and sorted by fit."""
