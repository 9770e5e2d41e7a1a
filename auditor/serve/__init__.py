"""A local page over audited cases, for those who use no terminal: read-only, masked, on this machine."""

from auditor.serve.cases import Cases, ServedCase, cases_in
from auditor.serve.server import Server

__all__ = ["Cases", "ServedCase", "Server", "cases_in"]
