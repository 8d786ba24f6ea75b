"""How much one file may hold before it is refused, so that no file can exhaust the machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file; a file beyond one of them is refused with a sentence.

    `unpacked_bytes` counts all parts of a workbook, `strings_bytes` any one that is no sheet,
    `part_bytes` any one that is neither sheet nor shared strings, and `gap_bytes` the text between
    two rows of a sheet (or between two shared strings). `ratio` is unpacked to packed bytes.
    """

    rows: int = 1_100_000
    columns: int = 120
    cell_characters: int = 4_000
    file_bytes: int = 400_000_000
    unpacked_bytes: int = 3_000_000_000
    strings_bytes: int = 200_000_000
    part_bytes: int = 30_000_000
    gap_bytes: int = 8_000_000
    ratio: int = 200
    problems_of_a_code: int = 100_000
    merged_cells: int = 2_000_000

    @property
    def line_bytes(self) -> int:
        """The longest line of a text file: every cell as long as it may be."""
        return self.columns * self.cell_characters * 4
