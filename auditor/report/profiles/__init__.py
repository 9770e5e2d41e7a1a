"""Who a report is for, as data: one TOML file a profile, and the reader."""
