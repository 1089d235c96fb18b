"""Invented names that nobody bears.

A handle is two plain words and the account's own number (``quiet_lantern_0412``): it reads well in a chart, is
unique by construction, and belongs to no person. The words are weather, tools and landscape; none is a given name.
"""

import numpy as np

__all__ = ["handles_and_names"]

_FIRST = (
    "amber ample azure brisk broad calm clear copper dusty early even faint fallow gentle gilded grey hollow idle "
    "inky keen level light linen lunar mellow misty mossy muted narrow nimble olden opal outer paper plain polar "
    "quick quiet rapid rustic salted silent silver slate spare steady stony sunlit tidal upland velvet warm woven"
)
_SECOND = (
    "acorn anchor anvil arbor barrel basin beacon bellows bramble bridge canvas cedar compass copse delta drift "
    "ember fathom fennel gable galley gravel harbor hearth hinge inlet kettle ladder lantern lattice ledger loom "
    "marble meadow mortar nettle orchard paddle pebble pillar plinth quarry quill rafter ridge saddle shutter "
    "spindle summit thicket thimble trellis tundra valley vessel weir willow window"
)


def handles_and_names(count: int, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Return ``count`` handles and display names, each unique.

    Examples
    --------
    >>> handles, names = handles_and_names(2, np.random.default_rng(0))
    >>> [handle.split("_")[2] for handle in handles]
    ['0001', '0002']
    >>> names[0].split()[2]
    '0001'
    """
    left, right = _FIRST.split(), _SECOND.split()
    first = rng.integers(0, len(left), count)
    second = rng.integers(0, len(right), count)
    words = [(left[a], right[b], f"{n:04d}") for n, (a, b) in enumerate(zip(first, second, strict=True), start=1)]
    return ["_".join(parts) for parts in words], [" ".join(parts).title() for parts in words]
