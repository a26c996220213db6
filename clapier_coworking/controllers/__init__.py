from . import (
    door,
    kiosk,
    portal_desks,
)
