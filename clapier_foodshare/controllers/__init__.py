from . import (
    fridge,
    sensor,
)
