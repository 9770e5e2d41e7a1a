"""The hash tree against its definition in RFC 6962, written a second time by recursion."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from auditor.bundle import merkle

LEAVES = st.lists(st.binary(min_size=0, max_size=3), max_size=40).map(
    lambda found: [merkle.leaf(x) for x in found]
)


def _defined(leaves: list[bytes]) -> bytes:
    """MTH of section 2.1, over hashed leaves."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + _defined(leaves[:split]) + _defined(leaves[split:])).digest()


@given(LEAVES)
def test_the_root_is_the_one_of_the_definition(leaves: list[bytes]) -> None:
    assert merkle.root_of(leaves) == _defined(leaves)


@given(LEAVES.filter(bool), st.data())
def test_every_leaf_has_a_path_to_the_root_and_no_other_leaf_has_it(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.path_of(leaves, index)
    root = merkle.root_of(leaves)
    assert merkle.root_from(leaves[index], index, len(leaves), path) == root
    assert merkle.root_from(merkle.leaf(b"another"), index, len(leaves), path) != root
    if path:
        assert merkle.root_from(leaves[index], index, len(leaves), path[:-1]) is None
        changed = (*path[:-1], bytes(32))
        assert merkle.root_from(leaves[index], index, len(leaves), changed) != root
    assert merkle.root_from(leaves[index], index, len(leaves), (*path, bytes(32))) is None


def test_a_place_outside_the_tree_has_no_root() -> None:
    leaves = [merkle.leaf(b"a"), merkle.leaf(b"b")]
    path = merkle.path_of(leaves, 0)
    assert merkle.root_from(leaves[0], 2, 2, path) is None
    assert merkle.root_from(leaves[0], -1, 2, path) is None


def test_an_inner_node_is_never_a_leaf() -> None:
    left, right = merkle.leaf(b"a"), merkle.leaf(b"b")
    assert merkle.root_of([left, right]) != merkle.leaf(left + right)
