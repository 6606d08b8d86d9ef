"""Worker processes of this machine or of a scheduler, and the signals that end them."""

from imgstats.workers.settings import be_a_worker

be_a_worker()
