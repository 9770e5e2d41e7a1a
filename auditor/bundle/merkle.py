"""A hash tree over the leaves of a table (RFC 6962, section 2.1): one root, and a short path from each leaf
to it.

A leaf and an inner node are hashed with different prefixes, so that neither can be taken for the other. The
last node of an odd row goes up unchanged; it is never doubled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""Root of a tree without leaves."""


def leaf(content: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\0" + content).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over hashed leaves, in their order."""
    *_, last = _levels(leaves)
    return last[0] if last else EMPTY


def path_of(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The nodes beside the way from leaf `index` to the root, from below."""
    path = []
    for level in _levels(leaves):
        if len(level) > 1 and (beside := index ^ 1) < len(level):
            path.append(level[beside])
        index //= 2
    return tuple(path)


def root_from(hashed: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf, its place, the number of leaves and a path give; None where they do not fit each
    other."""
    if not 0 <= index < count:
        return None
    left = list(path)
    while count > 1:
        if index % 2 or index + 1 < count:
            if not left:
                return None
            beside = left.pop(0)
            hashed = _node(beside, hashed) if index % 2 else _node(hashed, beside)
        index, count = index // 2, (count + 1) // 2
    return None if left else hashed


def _levels(leaves: Sequence[bytes]) -> Iterator[list[bytes]]:
    level = list(leaves)
    yield level
    while len(level) > 1:
        pairs = range(0, len(level) - 1, 2)
        above = [_node(level[at], level[at + 1]) for at in pairs]
        level = above + ([level[-1]] if len(level) % 2 else [])
        yield level


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
