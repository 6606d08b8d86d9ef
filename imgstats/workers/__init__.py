"""Worker processes of this machine or of a scheduler, and the signals that end them."""
