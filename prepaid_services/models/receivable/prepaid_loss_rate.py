from odoo import api, fields, models

#: Shares expected to be lost until the accountant knows better: not due … older, in per cent
DEFAULT_RATES = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)


class PrepaidLossRate(models.Model):
    """How much of the debts of an age is expected to be lost: one row of the ageing matrix.

    The simplified approach of IFRS 9 (5.5.15, B5.5.35); periods of 30 days after the due date.
    """

    _name = "prepaid.loss.rate"
    _description = "Expected Loss by Age"
    _order = "company_id, bucket"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    bucket = fields.Integer(required=True)
    rate = fields.Float("Expected Loss (%)", digits=(5, 2), required=True)

    _once = models.UniqueIndex("(company_id, bucket)", "Each age has one rate.")
    _share = models.Constraint(
        "CHECK (rate >= 0 AND rate <= 100)", "An expected loss is a share from 0 to 100 %."
    )

    @api.model
    def _rates(self, company):
        """Return the rates of a legal entity, made with sensible ones when it has none.

        :param res.company company: any of the legal entity
        :return: in the order of the ages
        """
        root = company.root_id
        rates = self.search([("company_id", "=", root.id)])
        missing = set(range(len(DEFAULT_RATES))) - set(rates.mapped("bucket"))
        rates += self.create(
            [
                {"company_id": root.id, "bucket": bucket, "rate": DEFAULT_RATES[bucket]}
                for bucket in sorted(missing)
            ]
        )
        return rates.sorted("bucket")
