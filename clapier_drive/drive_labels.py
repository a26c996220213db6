"""QR codes drawn as one path of SVG. Pure: no database."""

from reportlab.graphics.barcode.qr import QrCodeWidget

# Any mask is read; to try all eight takes eight times as long.
MASK = 3


def qr_path(text):
    """Return a QR code as (modules of one side, path of SVG in modules)."""
    code = QrCodeWidget(text, barLevel="M").qr
    code.version = code.calculate_version()
    code.makeImpl(False, MASK)
    side = code.getModuleCount()
    parts = []
    for row in range(side):
        start = None
        for column in range(side + 1):
            dark = column < side and code.isDark(row, column)
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                parts.append(f"M{start} {row}h{column - start}v1H{start}z")
                start = None
    return side, "".join(parts)
