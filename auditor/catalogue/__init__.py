"""Reads `sql/`: rules with their headers, domains, columns, templates, reference tables."""
