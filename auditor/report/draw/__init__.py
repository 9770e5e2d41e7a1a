"""A document and the tables, drawn: one module an output format."""
