from . import fridge, sensor
