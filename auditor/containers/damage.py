"""What a file that cannot be trusted raises."""

from __future__ import annotations

from auditor.errors import IncompleteError, Where


class Damage(IncompleteError):
    """A file is damaged, dangerous or not what it says; nothing of it may be loaded.

    `reason` is a short code (`truncated`, `bit_error`, `trailing_garbage`, `zero_padding`, `bomb`, `nested`,
    `unsafe_name`, `duplicate_name`, `link`, `device`, `encrypted`, `not_regular`, `changed`, `not_a_capture`
    ...); `offset` is the byte of the file as it lies on the disk up to which it was read when that was seen,
    where this is known.
    """

    def __init__(
        self, reason: str, message: str, *, path: str = "", offset: int | None = None, hint: str = ""
    ) -> None:
        place = f" (at byte {offset:,})" if offset is not None else ""
        super().__init__(f"{message}{place}", where=Where(path) if path else None, hint=hint)
        self.reason = reason
        self.offset = offset
