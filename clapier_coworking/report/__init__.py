from . import coworking_occupancy
