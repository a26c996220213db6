from . import (
    compost,
    fridge,
    sensor,
)
