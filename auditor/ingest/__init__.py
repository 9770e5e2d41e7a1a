"""Log files into the database: no record is lost, every record falls in one bucket, and the bytes say how
many there were."""

from auditor.ingest.cluster import load_on_cluster
from auditor.ingest.cutting import lead_of
from auditor.ingest.earlier import know, known_before
from auditor.ingest.heads import Heads, check_heads
from auditor.ingest.ledger.case import evidence, loaded_contents, loaded_roles
from auditor.ingest.ledger.digest import (
    Digest,
    kept_digests,
    record_digests,
    table_digests,
    verified_digests,
)
from auditor.ingest.ledger.known import changed_files
from auditor.ingest.load import load_sources
from auditor.ingest.loader import Progress
from auditor.ingest.passage import asked_of
from auditor.ingest.schema import prepare
from auditor.ingest.spark import spark_at
from auditor.ingest.trace import Place, SourceLine, find, read_back
from auditor.ingest.workers import load_with_workers, refuse_so_many

__all__ = [
    "Digest",
    "Heads",
    "Place",
    "Progress",
    "SourceLine",
    "asked_of",
    "changed_files",
    "check_heads",
    "evidence",
    "find",
    "kept_digests",
    "know",
    "known_before",
    "lead_of",
    "load_on_cluster",
    "load_sources",
    "load_with_workers",
    "loaded_contents",
    "loaded_roles",
    "prepare",
    "read_back",
    "record_digests",
    "refuse_so_many",
    "spark_at",
    "table_digests",
    "verified_digests",
]
