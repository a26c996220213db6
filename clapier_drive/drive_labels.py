"""QR codes drawn as one path of SVG. Pure: no database."""

from itertools import groupby

from reportlab.graphics.barcode.qr import QrCodeWidget

# Any mask is read; to try all eight takes eight times as long.
MASK = 3


def qr_path(text):
    """Return a QR code as (modules of one side, path of SVG in modules)."""
    code = QrCodeWidget(text, barLevel="M").qr
    code.version = code.calculate_version()
    code.makeImpl(False, MASK)
    parts = []
    for row, modules in enumerate(code.modules):
        column = 0
        for dark, run in groupby(modules):
            length = len(list(run))
            if dark:
                parts.append(f"M{column} {row}h{length}v1h-{length}z")
            column += length
    return code.getModuleCount(), "".join(parts)
