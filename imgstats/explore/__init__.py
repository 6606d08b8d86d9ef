"""The explore page: one HTML file that looks historical rates up, score by score."""
