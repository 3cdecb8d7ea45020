"""Where the style sheets are: beside the package in a wheel, beside the checkout's package in a checkout."""

from __future__ import annotations

from pathlib import Path, PurePath

_PACKAGE = Path(__file__).parent.parent


def style_sheets(*names: str) -> list[str | PurePath]:
    """Paths of the style sheets of those names (`console` for `console.tcss`). Raises FileNotFoundError."""
    for folder in (_PACKAGE / "styles", _PACKAGE.parent / "styles"):
        if folder.is_dir():
            return [folder / f"{name}.tcss" for name in names]
    raise FileNotFoundError(f"no styles beside {_PACKAGE}: the installation is incomplete")
