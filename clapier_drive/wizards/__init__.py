from . import drive_credit_correction, drive_substitution
