from odoo import models

#: Longest text of a transfer that every bank takes
REFERENCE_LENGTH = 100


class ResCompany(models.Model):
    """How clients pay, in words that stand on letters, bills and statements."""

    _inherit = "res.company"

    def _prepaid_how_to_pay(self, client, amount, currency, reference="", until=False, qr=True):
        """Return what a document says about paying: to which account, how much, until when.

        :param res.partner client: who pays
        :param float amount: to be paid; zero or less: nothing is said
        :param res.currency currency: of the amount; empty: several, there is no code then
        :param str reference: what the transfer is for; the client's name is added
        :param date until: local day on which the money should be there
        :param bool qr: whether a code for banking apps may stand there: many e-mail programs
            show none
        :return: ``accounts`` (``bank``, ``number``, ``holder``, ``bic``), ``reference``, ``until``
            and ``qr`` (data URI, or False); empty when there is nothing to say
        :rtype: dict
        """
        self.ensure_one()
        banks = self._prepaid_own_banks(currency)
        if amount <= 0 or not (banks or until):
            return {}
        text = " ".join(filter(None, (reference, client.name)))[:REFERENCE_LENGTH]
        code = False
        if qr and currency and banks:
            code = banks[0].build_qr_code_base64(amount, text, "", currency, client)
        return {
            "accounts": [
                {
                    "bank": bank.bank_name or "",
                    "number": bank.acc_number,
                    "holder": bank.acc_holder_name or self.name,
                    "bic": bank.bank_bic or "",
                }
                for bank in banks
            ],
            "reference": text,
            "until": until,
            "qr": code or False,
        }

    def _prepaid_own_banks(self, currency):
        """Return the bank accounts on which the company takes money, best ones first.

        As superuser: the front desk prints them and sees no others.

        :param res.currency currency: an account in another one is not named
        """
        self.ensure_one()
        company = self.sudo()
        family = company._prepaid_family()
        journals = company.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "in", family.ids)], order="sequence, id"
        )
        own = company.partner_id.bank_ids | company.root_id.partner_id.bank_ids
        banks = (journals.bank_account_id | own).filtered(
            lambda bank: (
                bank.acc_number and (not bank.company_id or bank.company_id in family)
            )
        )
        return banks.filtered(lambda b: not b.currency_id or b.currency_id == currency)
