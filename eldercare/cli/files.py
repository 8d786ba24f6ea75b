"""Write what a command made to a file or to standard output."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import typer

from eldercare.errors import InvalidInput, NotFound


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """CSV with a byte-order mark, so that spreadsheet programs read the Chinese right."""
    return frame.to_csv(index=False).encode("utf-8-sig")


def xlsx_bytes(frame: pd.DataFrame, sheet: str) -> bytes:
    """A workbook with one sheet."""
    buffer = io.BytesIO()
    frame.to_excel(buffer, index=False, sheet_name=sheet)
    return buffer.getvalue()


def write(content: bytes, output: Path | None, *, is_text: bool = True) -> None:
    """To `output`, or to standard output; a workbook needs a file."""
    if output is None:
        if not is_text:
            raise InvalidInput("a workbook is no text: name a file with -o")
        typer.echo(content.decode("utf-8-sig"), nl=False)
        return
    if not output.parent.is_dir():
        raise NotFound(f"the folder {output.parent} does not exist", code="folder_missing")
    output.write_bytes(content)
