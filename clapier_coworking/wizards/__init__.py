from . import coworking_visit_wizard
