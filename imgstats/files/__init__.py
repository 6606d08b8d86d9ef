"""Files of a user: opened without belief, written whole or not at all, locked against others."""
