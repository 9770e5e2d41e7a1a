"""Who may see which parts of an audit."""
