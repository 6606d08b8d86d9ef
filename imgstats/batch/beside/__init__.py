"""What stands beside the reports of a batch: PDFs of their pages, and plans."""
