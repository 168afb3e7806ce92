{
    "name": "Prepaid Services: Demo Salon",
    "summary": "A salon with half a year of visits, packages, deposits and debts, made up for demo databases",
    "version": "19.0.1.0.0",
    "category": "Services",
    "author": "Prepaid Services contributors",
    "license": "LGPL-3",
    "depends": ["prepaid_services_insight"],
    "demo": ["demo/salon_demo.xml"],
}
