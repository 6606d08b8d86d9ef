"""How a comparison shows itself: in few lines, as HTML for a cell, as a data frame."""
