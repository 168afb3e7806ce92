"""Where the charts of accounts that Odoo ships keep the accounts this add-on needs.

Importable without Odoo. Each chart is a row of ``CHARTS``; a chart that builds on another one (a
country's variants) uses its row. A cell is

* a code as the chart's file writes it, of an account that is there;
* ``+`` and a code: no such account is there, a new one belongs at this place, which is free;
* ``.`` a new account beside those of its type, see :func:`free_codes`.

An account must be of a type that fits its role: charts that keep clients' prepayments among the
receivables or payables get a liability of their own, next to these.
"""

from typing import NamedTuple


class Role(NamedTuple):
    """What an account of this add-on is for."""

    name: str  #: of an account that is made
    types: tuple[str, ...]  #: Odoo's account types that fit; a new account is of the first one


LIABILITIES = ("liability_current", "liability_non_current")
INCOME = ("income_other", "income")
EXPENSES = ("expense", "expense_other", "expense_direct_cost")

ROLES = {
    "advance": Role("Customer Prepayments", LIABILITIES),
    "deferred": Role("Deferred Revenue of Packages", LIABILITIES),
    "breakage": Role("Revenue from Unused Services", INCOME),
    "other_income": Role("Fees and Unclaimed Balances", INCOME),
    "bad_debt": Role("Bad Debts", EXPENSES),
    "allowance": Role(
        "Allowance for Doubtful Debts", ("asset_current", "asset_non_current", *LIABILITIES)
    ),
    "vat_transit": Role(
        "VAT on Advances Received", ("asset_current", "liability_current", "liability_payable")
    ),
    "services": Role("Revenue of Services", ("income",)),
}

#: Columns as in ROLES. Services: only where the chart's default income account is one of goods
CHARTS = """
generic_coa +211500 2120 4500 4500 +643100 +121900 . -
us +212100 212000 450000 450000 +690100 +121900 . -
ua_psbo 6811 69 719 717 944 +387 6431 703
pl 20.000.300 84.020.200 76.000.900 76.000.900 76.010.900 28.000.100 +22.020.400 70.000.300
de_skr03 1710 0990 2700 2700 2400 0998 1593 -
de_skr04 3250 3900 4830 4830 6930 1246 1495 -
fr 419100 487000 758000 758000 654100 491000 445800 706000
es_common 438 485 759 778 650 490 +4779 7050
es_assec 438 485 759 778 655 490 +4779 7050
es_canary_common 438 485 759 778 +650 +490 +4779 7050
it 2530 2702 3202 3202 4905 1540 . -
ro 4191 4721 7588 7588 654 491 442811 704
at 3200 +3900 +4880 +4881 +7810 2080 3210 -
be 460 493 743 743 642 409 . 7001
nl +1406 1405 8090 8090 4550 1160 . -
lu 431 482 7488 7488 6451 4019 . -
ch 2030 2301 3600 3600 +6720 1109 . -
cz 324000 384000 648000 648000 546000 391000 +343900 602000
sk 324000 384000 648000 648000 546000 391000 +343900 602000
hu 453 483 969 969 8691 315 . -
bg +4121 532 709 709 609 +4191 . 703
gr 30.01.03 56.02.01 71.04.00 71.04.00 61.05.01 30.01.04.01 . -
cy 2160 2270 4900 4900 8100 . . -
pt 276 282 7888 7888 683 +2191 . -
uk +210300 +210950 +492000 +492100 785000 215000 . -
ie 33 39 732 732 . 2106 . -
mt 3401 3080 5300 5300 6601 . . -
se 2420 2970 3900 3900 6350 +1517 . -
no 2900 2965 3900 3900 7830 1580 . -
dk 7410 8070 1550 1550 2280 6201 . -
fi 2861 2959 3980 3980 8730 +1728 2977 -
ee 20140 2015 431 431 682 +10203 . -
lv 5210 5910 8190 8190 7550 +2319 . -
lt 4421 492 5401 5401 63090 +2419 . 5001
si +230900 291000 768000 789000 722000 129000 195000 -
hr 254000 295000 789000 789000 481000 +129900 . 751000
rs 430 491 679 679 576 209 . 614
tr 340 380 649 649 654 129 . -
kz 3510 3520 6290 6290 7440 +1285 . -
mx 206.01.01 260.01.01 +704.23.01 +704.23.02 +703.21.01 108.01.01 . -
ar_base 2.1.1.01.040 +2.1.1.01.060 +4.3.1.01.040 +4.3.1.01.050 +5.2.1.01.140 +1.1.3.01.090 . \
4.1.1.01.020
br +2.01.01.05.10 2.01.01.17.60 3.01.01.05.01.99 3.01.01.05.01.99 3.01.01.07.01.25 1.01.02.02.55 . \
3.01.01.01.01.06
co 280500 270500 429500 429500 519900 139900 . 423500
cl +210225 +210235 320275 320275 +410216 +110391 . -
pe +1221 496 7599 7599 . +1919 . 70321
ec +211001 220901 430503 430503 52012304 110210 . -
uy 21301 21321 . . . 11311 . -
bo +215001 215 4304 4304 5208 +1126 . -
do 22030100 . . . 61080300 11040100 . -
gt 2.3.01.01 . 4.2.01.01 4.2.01.01 . . . -
hn 2.3.01.01 . 4.2.01.01 4.2.01.01 . . . -
pa +2121 253 +426 +427 . +1251 . -
ve +2175021 . 9212005 9212005 . . . -
ca_2023 . . 423000 423000 +522300 +112290 . -
au 21600 21760 46000 46000 +61250 11210 . -
nz 21600 +21650 46000 46000 +61250 11210 . -
za +200025 +200045 510010 510010 610360 200050 . -
in +11246 10085 +2014 2012 2132 +10049 . -
id 28110020 28110030 81100040 81100040 69000000 +11210090 . -
sg +201151 201150 301005 301005 501004 101110 . -
my 2212 +2218 4210 4210 5226 . . -
hk 2212 2107 4210 4210 5226 . . -
ph 200202 200201 710400 710400 . . . -
th 212400 +212410 . . . 112190 . -
vn +13190 33871 711 711 6426 22931 . -
kh +20501 20500 42900 42900 61300 +10590 . -
tw +2142 2141 7100 7100 . 1158 . -
jp 330400 +330450 426000 426000 510300 123300 . -
kr 216001 216005 420013 420013 610012 +111390 . -
cn_common 2203 2401 . . . . . -
cn 2203 2401 5051 5301 571101 . . -
cn_large_bis 2203 2204 6051 . . 1231 . -
mn +32010102 32010101 59010101 59010101 74030101 . . -
lk 220200 +220250 414000 414000 . +111900 . -
pk +2221009 . 3112003 3112003 4221014 . . -
bd +200402 200401 . . 500904 . . -
ae +201040 201018 500013 500013 400068 . . -
sa +201040 201018 500013 500013 400068 . . -
eg +201040 201018 500013 500013 400074 . . -
bh +200402 200401 400201 400201 500904 . . -
iq +200402 200401 400201 400201 500904 . . -
jo_standard +200402 200401 400201 400201 500904 . . -
kw +200402 200401 400201 400201 500904 . . -
om +200402 200401 400201 400201 500904 . . -
qa +200402 200401 400201 400201 500904 . . -
lb +419103 473001 788100 788100 685150 . . -
il 111650 112210 200200 200200 220800 101250 . -
dz 419 487 758 758 654 491 . -
ma +44210 4491 7180 7180 6182 3942 . -
tn +4199 +4721 738 738 6341 491 . -
mr +4191 4810 7480 7480 6460 . . -
syscohada 4191 477 7588 7588 6511 4912 . -
syscebnl +4191 477 758 758 651 . . -
mz +4191 . 7699 7699 6442 . . -
ke +210400 211000 4010 4010 5136 2105 . -
tz +3421 342 611 611 . . . -
rw +3421 342 611 611 . . . -
mu +2115 +2120 4500 4500 . . . -
zm +990000 99 . . 315 . . -
"""


def _read_charts():
    rows = (line.split() for line in CHARTS.split("\n") if line)
    return {chart: dict(zip(ROLES, cells, strict=True)) for chart, *cells in rows}


#: chart template -> role -> cell, as in CHARTS
CHART_CODES = _read_charts()


def chart_cell(charts, role):
    """Return what the first of these charts that is known says about a role.

    :param charts: codes of chart templates, the company's first, then those it builds on
    :param str role: key of ``ROLES``
    :return: a cell as in ``CHARTS``; ``.`` when nothing is known, ``-`` for nothing at all
    :rtype: str
    """
    for chart in charts:
        if chart in CHART_CODES:
            return CHART_CODES[chart][role]
    return "-" if role == "services" else "."


def free_codes(code):
    """Return codes beside an account, in its own group, the nearest first.

    Zeros at the end are places for more accounts: 212000 is followed by 212001 … 212999. Where
    there are none, the account gets sub-accounts: 39 is followed by 391 … 399, never by 40.

    :param str code: of an account that is there
    :rtype: Iterator[str]
    """
    stem = code.rstrip("0")
    width = len(code) - len(stem)
    if not stem or not width:
        stem, width = code, 1
    for number in range(1, 10 ** min(width, 3)):
        yield f"{stem}{number:0{width}d}"
    for number in range(1, 1000):
        yield f"{code}{number:03d}"
