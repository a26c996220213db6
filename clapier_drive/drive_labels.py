"""QR codes drawn as one path of SVG. Pure: no database."""

import re

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
        marks = "".join("x" if dark else " " for dark in modules)
        for run in re.finditer("x+", marks):
            length = len(run[0])
            parts.append(f"M{run.start()} {row}h{length}v1h-{length}z")
    return code.getModuleCount(), "".join(parts)
