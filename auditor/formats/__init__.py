"""Bytes to text columns: each kind of file has its reader, each log its layout, distinguished by content.

Facts are handed on, never judgements.
"""
