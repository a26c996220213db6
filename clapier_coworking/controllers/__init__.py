from . import kiosk, portal_desks
