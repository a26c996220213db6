from . import drive_credit_correction, drive_institution_invoice
