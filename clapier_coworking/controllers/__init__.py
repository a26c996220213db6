from . import (
    portal_plans,
)
