"""Figures of what a curve takes for granted: without a curve, and with other scores left out."""
