"""What differs by jurisdiction: emergency numbers, numbering plan, clauses, duties. One TOML file for each,
and the reader."""

from auditor.regimes.numbering import e164, is_withheld, numbering_of
from auditor.regimes.party import caller_ids
from auditor.regimes.reader import Defensible, EmergencyNumber, Numbering, Regime, read_regime, regimes

__all__ = [
    "Defensible",
    "EmergencyNumber",
    "Numbering",
    "Regime",
    "caller_ids",
    "e164",
    "is_withheld",
    "numbering_of",
    "read_regime",
    "regimes",
]
