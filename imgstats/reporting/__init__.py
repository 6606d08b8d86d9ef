"""Reports: papermill runs the notebook, nbconvert renders one self-contained page."""

from imgstats.reporting.late_grammar import postpone_grammar

postpone_grammar()
