from . import test_allocation, test_cents, test_crates, test_organisation
