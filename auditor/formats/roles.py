"""The canonical tables of the contract: which columns each role of source has, and which of them it cannot do without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Role:
    """One canonical table. Of each group in `required` at least one column must be there; the others may be missing."""

    name: str
    columns: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]


def _role(name: str, columns: str, *required: tuple[str, ...]) -> Role:
    return Role(name, tuple(columns.split()), required)


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        role.name: role
        for role in (
            _role(
                "attempts",
                "call_id linked_call_id network element sequence started_at answered_at released_at calling_number imsi imei "
                "dialled dialled_other service_category access cell_id route release_cause sip_status release_location "
                "disposition duration_s talk_s is_test",
                ("started_at",),
                ("dialled", "service_category"),
            ),
            _role(
                "centre",
                "centre_call_id centre call_id linked_call_id presented_at answered_at released_at calling_number imsi imei route "
                "network disposition transferred_to transferred_at location_received callback_received",
                ("presented_at",),
            ),
            _role("welfare", "check_id calling_number imsi imei attempted_at method outcome operator", ("attempted_at",)),
            _role("cells", "cell_id latitude longitude region access network", ("cell_id",)),
            _role("subscribers", "calling_number imsi imei account_id contact_number region network class", ("calling_number",)),
            _role("devices", "tac make model", ("tac",)),
            _role("notifications", "sent_at audience recipient channel region kind scale cause services restoration content", ("sent_at",)),
            _role("credits", "account_id amount currency credited_at", ("account_id",)),
            _role("complaints", "received_at calling_number region text", ("received_at",)),
        )
    }
)
