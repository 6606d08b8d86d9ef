"""Pages on paper: a browser that is installed prints them, and nothing reaches the network."""
