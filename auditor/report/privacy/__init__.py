"""What of an audit may be shown to whom."""
