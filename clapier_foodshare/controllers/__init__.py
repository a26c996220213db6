from . import (
    fridge,
    sensor,
)
from . import compost
