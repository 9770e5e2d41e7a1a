"""The SQL of the audit on Apache Spark: the same rows as on DuckDB."""
