import base64

from odoo.tools import file_open

from .common import SupermarketCommon


class ImportCommon(SupermarketCommon):
    """Files of tests/data, or written in the test, through the wizard."""

    kind = None
    encoding = "utf-8-sig"

    @classmethod
    def _wizard(cls, content, **vals):
        """Return the wizard holding a file.

        :param content: bytes of the file, or its name in tests/data, to be encoded
        """
        if isinstance(content, str):
            with file_open(f"clapier_supermarket/tests/data/{content}") as file:
                text = file.read().replace("\n", "\r\n")
            content = text.encode(cls.encoding)
        return cls.env["supermarket.import"].create(
            {
                "kind": cls.kind,
                "file": base64.b64encode(content),
                "file_name": "test.csv",
                **vals,
            }
        )

    @classmethod
    def _import(cls, content, **vals):
        """Check and import a file."""
        wizard = cls._wizard(content, **vals)
        wizard.action_check()
        wizard.action_import()
        return wizard

    def _statuses(self, wizard):
        """Return {line number: status}."""
        return {line.number: line.status for line in wizard.line_ids}

    def _reasons(self, wizard):
        """Return {line number: reason} of the bad lines."""
        bad = wizard.line_ids.filtered(lambda line: line.status == "bad")
        return {line.number: line.reason for line in bad}
