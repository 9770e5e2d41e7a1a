"""Draws the document and the tables: one module for each output format."""
