"""The form over a comparison: in a notebook, served alone, or in JupyterLab."""
