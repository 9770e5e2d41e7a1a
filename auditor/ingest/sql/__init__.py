"""The SQL that is made for one file: which of its texts gives which column, what types it, and the
statements that read it."""

from auditor.ingest.sql.projection import LINE_DELIMITER, Projection, project

__all__ = ["LINE_DELIMITER", "Projection", "project"]
