import re

from odoo import models

WEIGHED = re.compile(r"(\d*)(\.*)\{(N*)(D+)\}")


class DriveCycle(models.Model):
    _inherit = "drive.cycle"

    def _weight_barcodes(self):
        """Return how the scales' codes are read: [start, digits of the article, kg, decimals]."""
        nomenclature = self.company_id.nomenclature_id or self.env.ref(
            "barcodes.default_barcode_nomenclature"
        )
        found = [
            WEIGHED.fullmatch(rule.pattern or "")
            for rule in nomenclature.rule_ids
            if rule.type == "weight"
        ]
        return [
            [match[1], len(match[2]), len(match[3]), len(match[4])]
            for match in found
            if match
        ]

    def _prepare_words(self):
        """Return what the page says by itself, in the language of the drive."""
        return {
            **self._prepare_words_of_network(),
            **self._prepare_words_of_packing(),
            **self._prepare_words_of_receiving(),
        }

    def _prepare_words_of_network(self):
        return {
            "online": self.env._("Connected"),
            "offline": self.env._("No network: all is kept here"),
            "dead": self.env._("This link no longer works: ask for the new one."),
            "waiting": self.env._("%s waiting to be sent"),
            "nameless": self.env._("First name?"),
            "done": self.env._("The preparation is done. Thank you!"),
            "noCamera": self.env._(
                "The camera does not answer: type the code instead."
            ),
            "unknownCode": self.env._("Nothing here has the code %s."),
            "needsNetwork": self.env._(
                "This needs the network: try again in a moment."
            ),
        }

    def _prepare_words_of_packing(self):
        return {
            "crate": self.env._("crate %s"),
            "crateTitle": self.env._("Crate %s"),
            "cold": self.env._("Cold"),
            "crates": self.env._("%s crates"),
            "oneCrate": self.env._("1 crate"),
            "allIn": self.env._("All is in"),
            "waitCount": self.env._("Not counted yet"),
            "nothing": self.env._("There is nothing to pack yet."),
            "noMore": self.env._(
                "No crate is left for you here: choose another product."
            ),
            "others": self.env._("Others are filling the last crates of this product."),
            "confirm": self.env._("It is in"),
            "skip": self.env._("Later"),
            "undo": self.env._("Take out again"),
            "inCrate": self.env._("%(product)s: %(quantity)s in crate %(crate)s"),
            "wrongCrate": self.env._("This is crate %(seen)s: go to crate %(crate)s."),
            "grams": self.env._("Grams on the scale"),
            "expected": self.env._("about %s g"),
            "weightRefused": self.env._(
                "Between %(low)s and %(high)s g: weigh it again."
            ),
            "next": self.env._("Next"),
            "full": self.env._("This crate is ready."),
            "packed": self.env._("In"),
        }

    def _prepare_words_of_receiving(self):
        return {
            "received": self.env._("Received"),
            "damaged": self.env._("Damaged"),
            "ordered": self.env._("Ordered: %s"),
            "complete": self.env._("All is here"),
            "count": self.env._("Count"),
            "counted": self.env._("Counted"),
            "note": self.env._("Note"),
            "photo": self.env._("Photo"),
            "save": self.env._("Save"),
            "cancel": self.env._("Cancel"),
            "nothingToReceive": self.env._("There is nothing left to receive."),
            "countRefused": self.env._(
                "What is damaged is a part of what has come: count again."
            ),
        }
