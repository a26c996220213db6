from . import drive_credit_correction
