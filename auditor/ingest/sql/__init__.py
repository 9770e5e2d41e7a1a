"""The SQL that is made for one file: which of its texts gives which column, what types it, and the
statements that read it."""

from auditor.ingest.sql.projection import FILE_BITS, LINE_DELIMITER, Projection, project

__all__ = ["FILE_BITS", "LINE_DELIMITER", "Projection", "project"]
