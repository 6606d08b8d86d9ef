"""A notebook of somebody's own: where it runs, and how one begins from the notebook that ships."""
