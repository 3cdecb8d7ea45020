"""What every JSON object of the output has: a model made from the attributes of a value, printed as valid Unicode."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from jailtui.text import REPLACEMENT

Texts = Annotated[list[str], BeforeValidator(lambda values: [str(value) for value in values])]
LONE = re.compile("[\ud800-\udfff]")
"""Stands for a byte that is no UTF-8 in texts of the program (PEP 383)."""


def in_unicode(value: Any) -> Any:
    """The value with U+FFFD for each byte that is no UTF-8: lone surrogates are not valid JSON text."""
    if isinstance(value, str):
        return value if value.isascii() else LONE.sub(REPLACEMENT, value)
    if isinstance(value, dict):
        return {in_unicode(key): in_unicode(member) for key, member in value.items()}
    return [in_unicode(member) for member in value] if isinstance(value, list) else value


class Document(BaseModel):
    """An object of the output, made from the attributes of a value."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")

    def as_json(self) -> str:
        return json.dumps(in_unicode(self.model_dump()), indent=2)
