"""Where the charts of accounts that Odoo ships keep the accounts this add-on needs.

A code is looked up in the company's chart; a role without a code, or whose code the chart does
not have, gets a new account (see ``res.company._prepaid_setup``). Importable without Odoo.
"""

#: role -> (name of the account created when the chart has none, account type, code to start from)
ROLES = {
    "advance": ("Customer Prepayments", "liability_current", "211500"),
    "deferred": ("Deferred Revenue of Packages", "liability_current", "212500"),
    "breakage": ("Revenue from Unused Services", "income_other", "450100"),
    "other_income": ("Fees and Unclaimed Balances", "income_other", "450200"),
    "bad_debt": ("Bad Debts", "expense", "620500"),
    "allowance": ("Allowance for Doubtful Debts", "asset_current", "121900"),
}

#: The account for VAT on advances, made only where a company chooses to accrue it by entry
VAT_TRANSIT = ("VAT on Advances Received", "asset_current", "101900")

#: chart template -> role -> account code
CHART_CODES = {
    "generic_coa": {"deferred": "212000", "breakage": "450000", "other_income": "450000"},
    "ua_psbo": {
        "advance": "681100",
        "deferred": "690000",
        "breakage": "719000",
        "other_income": "717000",
        "vat_transit": "643100",
        "bad_debt": "944000",
        "allowance": "381000",
    },
    "pl": {
        "advance": "20.000.300",
        "deferred": "84.020.200",
        "breakage": "76.000.900",
        "other_income": "76.000.900",
        "allowance": "28.000.100",
    },
    "de_skr03": {
        "advance": "1710",
        "deferred": "0990",
        "breakage": "2700",
        "other_income": "2700",
        "bad_debt": "2400",
        "allowance": "0998",
    },
    "de_skr04": {
        "advance": "3250",
        "deferred": "3900",
        "breakage": "4830",
        "other_income": "4830",
        "bad_debt": "6930",
        "allowance": "1246",
    },
}
