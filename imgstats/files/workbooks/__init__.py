"""An Excel workbook that somebody gave: seen before it is parsed, then read row by row."""
