"""The error of a file that cannot be trusted."""

from __future__ import annotations

from auditor.errors import IncompleteError, Where


class Damage(IncompleteError):
    """A file is damaged, dangerous or not what it claims to be. No part of it may be loaded.

    `reason` is a short code (`truncated`, `bit_error`, `trailing_garbage`, `zero_padding`, `bomb`, `nested`,
    `unsafe_name`, `duplicate_name`, `link`, `device`, `encrypted`, `not_regular`, `changed`, `not_a_capture`
    ...); `offset` is the position in the file on the disk up to which it was read when the fault was found,
    if known.
    """

    def __init__(
        self, reason: str, message: str, *, path: str = "", offset: int | None = None, hint: str = ""
    ) -> None:
        place = f" (at byte {offset:,})" if offset is not None else ""
        super().__init__(f"{message}{place}", where=Where(path) if path else None, hint=hint)
        self.reason = reason
        self.offset = offset
