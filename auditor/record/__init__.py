"""What is written down and read back: results, kept runs, the snapshot, the custody log."""
