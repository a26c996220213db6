import re
from collections import defaultdict

from odoo import models
from odoo.fields import Command
from odoo.tools import float_compare, split_every

from ..parsing import (
    clean,
    fold,
    has_wrong_check_digit,
    is_damaged_barcode,
    parse_boolean,
    parse_decimal,
    parse_integer,
    parse_vat_rate,
)
from .supermarket_import import BATCH_SIZE
from .supermarket_import_plan import find_repeats
from .supermarket_import_product_index import UNIT_BY_WORD, WEIGHED_UNIT, ProductIndex


def _positive(value):
    number = parse_decimal(value)
    if number < 0:
        raise ValueError(f"negative: {value}")
    return number


def _days(value):
    return int(_positive(parse_integer(value)))


def _unit(value):
    word = fold(value)
    if word not in UNIT_BY_WORD:
        raise ValueError(f"unknown unit: {value}")
    return UNIT_BY_WORD[word]


PARSERS = {
    "price": _positive,
    "cost": _positive,
    "supplier_price": _positive,
    "weight": _positive,
    "vat": parse_vat_rate,
    "lot": parse_boolean,
    "use_by_days": _days,
    "unit": _unit,
}


class SupermarketImport(models.TransientModel):
    _inherit = "supermarket.import"

    # -- plan

    def _plan_products(self, lines):
        """Decide for each line of a products' file; see ``_plan``."""
        for line in lines:
            self._parse_product(line)
        index = ProductIndex(self.env, self.company_id, lines)
        for line in lines:
            self._match_product(line, index)
        self._refuse_repeated_products(lines)
        for line in lines:
            self._plan_product(line, index)
            if line.record:
                line.changes = self._describe_changes(line)

    def _parse_product(self, line):
        for column in ("product_name", "reference", "category", "supplier"):
            line.data[column] = clean(line.cells.get(column, ""))
        line.parse("supplier_code", clean, "")
        line.parse("barcode", lambda text: re.sub(r"\s", "", text), "")
        for column, parser in PARSERS.items():
            line.parse(column, parser, self._product_cell_sentence(line, column))
        line.label = line.data["product_name"] or line.data.get("barcode", "")
        self._check_barcode(line)

    def _product_cell_sentence(self, line, column):
        """Return what is wrong with a cell that its parser refuses."""
        text = clean(line.cells.get(column, ""))
        match column:
            case "vat":
                return self.env._("“%s” is not a VAT rate.", text)
            case "lot":
                return self.env._("“%s” is neither yes nor no.", text)
            case "use_by_days":
                return self.env._("“%s” is not a number of days.", text)
            case "unit":
                return self.env._(
                    "The unit “%s” is unknown: write kg, l or pièce.", text
                )
            case "weight":
                return self.env._("The weight “%s” is not a number of kg.", text)
            case "cost":
                return self.env._(
                    "The cost “%s” is not an amount of zero or more.", text
                )
            case "supplier_price":
                return self.env._(
                    "The purchase price “%s” is not an amount of zero or more.", text
                )
            case _:
                return self.env._(
                    "The price “%s” is not an amount of zero or more.", text
                )

    def _check_barcode(self, line):
        barcode = line.data.get("barcode", "")
        if is_damaged_barcode(barcode):
            line.errors.append(
                self.env._(
                    "A spreadsheet shortened the barcode to %s: format the column as text.",
                    barcode,
                )
            )
        elif has_wrong_check_digit(barcode):
            line.errors.append(
                self.env._(
                    "The last digit of barcode %s does not match the others.", barcode
                )
            )

    def _match_product(self, line, index):
        """Set the product of the line: by barcode, then internal reference, then name."""
        data = line.data
        barcode, reference = data.get("barcode"), data["reference"]
        by_barcode = index.by_barcode.get(barcode)
        by_reference = index.by_reference.get(reference)
        product = by_barcode or by_reference
        if by_barcode and by_reference and by_barcode != by_reference:
            line.errors.append(
                self.env._(
                    "Barcode %(barcode)s belongs to %(product)s, which has another reference.",
                    barcode=barcode,
                    product=by_barcode.display_name,
                )
            )
        elif not product and not barcode and not reference:
            same = index.by_name.get(fold(data["product_name"]), ())
            if len(same) > 1:
                line.errors.append(
                    self.env._(
                        "Several products have this name: give barcode or reference."
                    )
                )
            elif same:
                product = same[0]
        line.record = product or self.env["product.product"]
        if line.record.product_tmpl_id.product_variant_count > 1:
            line.errors.append(
                self.env._("This product has variants: change them one by one in Odoo.")
            )
        if line.record:
            return
        if not data["product_name"]:
            line.errors.append(self.env._("The name is missing."))
        if "price" not in line.cells:
            line.errors.append(self.env._("A new product needs a sale price."))
        if "vat" not in line.cells:
            line.errors.append(self.env._("A new product needs a VAT rate."))

    def _refuse_repeated_products(self, lines):
        for column, sentence in (
            ("barcode", self.env._("This barcode stands on line %s already.")),
            (
                "reference",
                self.env._("This internal reference stands on line %s already."),
            ),
        ):
            for line, earlier in find_repeats(
                lines, lambda line, column=column: line.data.get(column)
            ):
                line.errors.append(sentence % earlier.number)

        def product(line):
            if line.record or line.data.get("barcode") or line.data["reference"]:
                return line.record
            return fold(line.data["product_name"])

        for line, earlier in find_repeats(lines, product):
            if not line.errors:
                line.errors.append(self._repeat_sentence(earlier))

    def _plan_product(self, line, index):
        vals = self._product_vals(line)
        self._plan_taxes(line, index, vals)
        self._plan_category(line, index, vals)
        unit = line.data.get("unit")
        if unit:
            vals["uom_id"] = index.units[unit].id
            vals["to_weight"] = unit == WEIGHED_UNIT
        line.vals = self._changed_product_vals(line.record, vals)
        if line.record and "uom_id" in line.vals:
            line.errors.append(
                self.env._(
                    "This product is kept in %s already: an import cannot change its unit.",
                    line.record.uom_id.name,
                )
            )
        if not line.record:
            line.vals |= {
                "type": "consu",
                "is_storable": True,
                "available_in_pos": True,
                "purchase_ok": True,
            }
        self._plan_supplier(line, index)

    def _product_vals(self, line):
        data = line.data
        vals = {
            "name": data["product_name"],
            "default_code": data["reference"],
            "barcode": data.get("barcode"),
        }
        vals = {name: value for name, value in vals.items() if value}
        for column, field in (
            ("price", "list_price"),
            ("cost", "standard_price"),
            ("weight", "weight"),
        ):
            if column in data:
                vals[field] = float(data[column])
        if data.get("use_by_days"):
            vals |= {
                "tracking": "lot",
                "use_expiration_date": True,
                "expiration_time": data["use_by_days"],
            }
        elif "lot" in data:
            vals["tracking"] = "lot" if data["lot"] else "none"
        return vals

    def _plan_taxes(self, line, index, vals):
        rate = line.data.get("vat")
        if rate is None:
            return
        sale = index.taxes.get(("sale", float(rate)))
        purchase = index.taxes.get(("purchase", float(rate)))
        if rate and not (sale and purchase):
            line.errors.append(
                self.env._(
                    "The VAT rate %s %% is unknown to the chart of accounts.", rate
                )
            )
            return
        vals["taxes_id"] = [Command.set(sale.ids if sale else [])]
        vals["supplier_taxes_id"] = [Command.set(purchase.ids if purchase else [])]
        inactive = [tax for tax in (sale, purchase) if tax and not tax.active]
        if inactive:
            line.extra["taxes"] = inactive

    def _plan_category(self, line, index, vals):
        path = line.data["category"]
        if not path:
            return
        category = index.categories.get(index.path_key(path))
        if category:
            vals["categ_id"] = category.id
        else:
            line.extra["category"] = path

    def _changed_product_vals(self, product, vals):
        if not product:
            return vals
        changed = {}
        for name, value in vals.items():
            field, old = product._fields[name], product[name]
            if field.type == "many2many":
                same = set(old._origin.ids) == set(value[0][2])
            elif field.type == "many2one":
                same = old.id == value
            elif field.type == "float":
                digits = field.get_digits(self.env) or (16, 6)
                same = not float_compare(old, value, precision_digits=digits[1])
            else:
                same = old == value
            if not same:
                changed[name] = value
        return changed

    def _plan_supplier(self, line, index):
        data = line.data
        if not data["supplier"]:
            if "supplier_code" in data or "supplier_price" in data:
                line.errors.append(
                    self.env._(
                        "A purchase price or code needs the name of its supplier."
                    )
                )
            return
        supplier = index.suppliers.get(fold(data["supplier"]))
        info = (
            index.infos.get((line.record.product_tmpl_id, supplier))
            if supplier
            else None
        )
        offer = {}
        if "supplier_code" in data:
            offer["product_code"] = data["supplier_code"]
        if "supplier_price" in data:
            offer["price"] = float(data["supplier_price"])
        if info:
            offer = self._changed_product_vals(info, offer)
            if offer:
                line.extra["offer"] = (info, offer)
        else:
            line.extra["offer"] = (supplier or data["supplier"], offer)

    # -- apply

    def _apply_products(self, lines):
        """Create what the products refer to, then the products, then suppliers' offers."""
        self._activate_taxes(lines)
        self._create_categories(lines)
        suppliers = self._create_suppliers(lines)
        # Variants rather than templates: a template hands barcode and cost down one by one.
        costs = self._set_costs_aside(lines)
        self._apply_records(lines, self.env["product.product"])
        for cost, cost_lines in costs.items():
            products = self.env["product.product"].concat(
                *(line.record for line in cost_lines)
            )
            # nothing in stock yet: there is nothing to revalue, product by product
            products.with_context(disable_auto_revaluation=True).standard_price = cost
        new_infos = []
        for line in lines:
            target, offer = line.extra.get("offer", (None, None))
            if target is None:
                continue
            if getattr(target, "_name", "") == "product.supplierinfo":
                target.write(offer)
                continue
            supplier = suppliers[fold(target)] if isinstance(target, str) else target
            new_infos.append(
                {
                    "product_tmpl_id": line.record.product_tmpl_id.id,
                    "partner_id": supplier.id,
                    "company_id": self.company_id.id,
                    **offer,
                }
            )
        for batch in split_every(BATCH_SIZE, new_infos, list):
            self.env["product.supplierinfo"].create(batch)

    def _set_costs_aside(self, lines):
        """Take the cost out of the values of new products; return {cost: lines}."""
        costs = defaultdict(list)
        for line in lines:
            if line.status == "create" and line.vals.get("standard_price"):
                costs[line.vals.pop("standard_price")].append(line)
        return costs

    def _activate_taxes(self, lines):
        """Switch on the VAT taxes that the French chart keeps inactive, such as 5.5 % included."""
        taxes = self.env["account.tax"].concat(
            *(tax for line in lines for tax in line.extra.get("taxes", ()))
        )
        # whoever may create products may have them taxed
        taxes.sudo().active = True

    def _create_categories(self, lines):
        """Create the missing categories, parents first, and put the lines' products there."""
        known = {
            ProductIndex.path_key(category.complete_name): category
            for category in self.env["product.category"].search([], order="id desc")
        }
        for line in lines:
            path = line.extra.get("category")
            if not path:
                continue
            parent = self.env["product.category"]
            names = ProductIndex.path_names(path)
            for depth, name in enumerate(names, start=1):
                key = tuple(map(fold, names[:depth]))
                if key not in known:
                    known[key] = parent.create({"name": name, "parent_id": parent.id})
                parent = known[key]
            line.vals["categ_id"] = parent.id

    def _create_suppliers(self, lines):
        """Return {folded name: partner} of the suppliers that the base did not have."""
        names = {}
        for line in lines:
            supplier = line.extra.get("offer", (None,))[0]
            if isinstance(supplier, str):
                names.setdefault(fold(supplier), supplier)
        partners = self.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "supplier_rank": 1}
                for name in names.values()
            ]
        )
        return dict(zip(names, partners, strict=True))
