"""What differs by jurisdiction: emergency numbers, numbering plan, clauses, duties. Data in one TOML each, and its reader."""

from auditor.regimes.numbering import WITHHELD, e164, is_withheld, numbering_of
from auditor.regimes.reader import Defensible, EmergencyNumber, Numbering, Regime, read_regime, regimes

__all__ = [
    "WITHHELD",
    "Defensible",
    "EmergencyNumber",
    "Numbering",
    "Regime",
    "e164",
    "is_withheld",
    "numbering_of",
    "read_regime",
    "regimes",
]
