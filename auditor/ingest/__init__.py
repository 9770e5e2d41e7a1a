"""Log files into the database: no record is lost, every record falls in one bucket, and the bytes say how many there were."""

from auditor.ingest.heads import Heads, check_heads
from auditor.ingest.load import Progress, load_sources
from auditor.ingest.schema import prepare

__all__ = ["Heads", "Progress", "check_heads", "load_sources", "prepare"]
