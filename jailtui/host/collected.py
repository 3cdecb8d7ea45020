"""The pydantic model of a collected file; imported only where such a file is read or its schema printed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 2
"""The number of the format that is written. Format 1 had the text `jailtui capture 1` in place of the number, and no
`program`."""
YEAR_10000 = 253402300800.0


class CollectedSection(BaseModel):
    """The answer of one command."""

    model_config = ConfigDict(strict=True)

    name: str = Field(description="what was asked")
    rc: int = Field(description="its exit status")
    out: str = Field(description="its standard output, without secrets")
    err: str = Field("", description="its standard error, without secrets")


class CollectedFile(BaseModel):
    """A file written by `jailtui collect`."""

    model_config = ConfigDict(strict=True)

    format: int = Field(description="the number of this format", ge=1, le=FORMAT)
    program: str = Field("", description="name and version of the program that wrote the file")
    host: str = Field(description="the host by the name it was reached by")
    taken_at: float = Field(description="when it was read, in seconds since 1970", ge=0, lt=YEAR_10000)
    facts: dict[str, str] = Field(description="what the host can do, as it was probed when it was reached")
    sections: list[CollectedSection] = Field(description="the answers in the order they came")
