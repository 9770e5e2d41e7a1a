"""Profiles: one TOML file for each kind of reader, and the module that reads them."""
