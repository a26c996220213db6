from . import drive_sale
