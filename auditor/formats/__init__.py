"""Bytes to text columns: containers, layouts told apart by content, captures and sheets. Facts are handed on,
never judgements."""
