"""Reports: papermill runs the notebook, nbconvert renders one self-contained page."""
