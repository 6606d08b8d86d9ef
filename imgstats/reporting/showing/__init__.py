"""What a notebook shows, as pieces of a page that runs nothing and fetches nothing."""
