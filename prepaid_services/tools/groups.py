"""Who reads what: lists of groups for fields on records that everybody in the house may read.

Contacts, companies, users, products and meetings are read by every employee, and some of them by
portal clients: each of our fields there names its readers. Accountants have groups of their own.
"""

_BOOKS = "account.group_account_invoice,account.group_account_readonly"
#: Everybody with a role: what a visit or a package needs
STAFF = f"prepaid_services.group_specialist,{_BOOKS}"
#: Who handles clients' money, and knows their debts
DESK = f"prepaid_services.group_front_desk,{_BOOKS}"
#: Who knows what the house earns
OWNER = f"prepaid_services.group_manager,{_BOOKS}"
#: The same, on settings, which the administrator fills in
STAFF_SETTING = f"{STAFF},base.group_system"
DESK_SETTING = f"{DESK},base.group_system"
OWNER_SETTING = f"{OWNER},base.group_system"
#: What is said of a service or package on a product, by whoever keeps the products as well
PRODUCT = f"{STAFF_SETTING},product.group_product_manager"
