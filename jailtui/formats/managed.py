"""The lists of the managers of jails, by the command of each."""

from __future__ import annotations

from jailtui.formats import appjail, cbsd, ezjail, iocage, pot

PARSERS = {
    "iocage": iocage.parse,
    "appjail": appjail.parse,
    "pot": pot.parse,
    "cbsd": cbsd.parse,
    "ezjail-admin": ezjail.parse,
}
