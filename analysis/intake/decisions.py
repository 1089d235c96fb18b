"""What the joining of tables comes to: the three tables, the rows set aside, and every decision in a sentence."""

from dataclasses import dataclass, field

import polars as pl

__all__ = ["Joined", "SetAside"]


@dataclass(frozen=True)
class SetAside:
    """Rows of one table that a join sets aside: the table's label, positions among its kept rows, the reason."""

    label: str
    rows: list[int]
    reason: str


@dataclass
class Joined:
    """The three tables of a folder, and what was decided on the way."""

    creators: pl.DataFrame | None = None
    posts: pl.DataFrame | None = None
    placements: pl.DataFrame | None = None
    set_aside: list[SetAside] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def aside(self, frame: pl.DataFrame, mask: pl.Series, label: str, reason: str) -> None:
        """Note the rows of a frame under a mask as set aside, in the table and at the position they came from."""
        if not mask.any():
            return
        if "_file" not in frame.columns:
            self.set_aside.append(SetAside(label, mask.arg_true().to_list(), reason))
            return
        for (file,), rows in frame.filter(mask).group_by("_file", maintain_order=True):
            self.set_aside.append(SetAside(str(file), rows["_at"].to_list(), reason))
