"""The two themes. What a tone looks like is said in `styles/`."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="jailtui-dark",
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#ffd75f",
    foreground="#d0d0d0",
    background="#121417",
    surface="#16191d",
    panel="#20252b",
    success="#87d787",
    warning="#ffaf5f",
    error="#ff6b6b",
    dark=True,
    variables={"block-cursor-text-style": "none"},
)
LIGHT = Theme(
    name="jailtui-light",
    primary="#005f87",
    secondary="#3a6363",
    accent="#875f00",
    foreground="#22262a",
    background="#fbfbf8",
    surface="#f3f3ee",
    panel="#e3e5e1",
    success="#1d6f1d",
    warning="#9a5200",
    error="#b80000",
    dark=False,
    variables={"block-cursor-text-style": "none"},
)
THEMES = (DARK, LIGHT)
