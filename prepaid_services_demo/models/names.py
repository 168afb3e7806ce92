"""Who works in the demo salon, what it offers, and what its clients are called."""

#: login, name, group; the password is the login
USERS = [
    ("desk", "Dana Reed", "group_front_desk"),
    ("manager", "Maria Novak", "group_manager"),
    ("anna", "Anna Kowalska", "group_specialist"),
    ("bella", "Bella Ferrari", "group_specialist"),
    ("clara", "Clara Jensen", "group_specialist"),
    ("david", "David Petrosyan", "group_specialist"),
    ("elena", "Elena Bondar", "group_specialist"),
]
#: name, hours, price
SERVICES = [
    ("Haircut", 1.0, 45.0),
    ("Haircut & Blow-dry", 1.5, 65.0),
    ("Colouring", 2.0, 110.0),
    ("Beard Trim", 0.5, 20.0),
    ("Manicure", 1.0, 35.0),
    ("Gel Manicure", 1.5, 50.0),
    ("Pedicure", 1.0, 45.0),
    ("Facial", 1.0, 70.0),
    ("Brows & Lashes", 0.5, 30.0),
    ("Massage", 1.0, 80.0),
    ("Make-up", 1.0, 60.0),
    ("Yoga Class", 1.0, 15.0),
]
GROUP_CLASS = "Yoga Class"
FIRST_NAMES = (
    "Alice Amelia Ben Camila Charlotte Chloe Daniel Diana Emma Eva Felix Freya Grace Hanna Hugo "
    "Ines Iris Jack Julia Karen Laura Leo Lily Lucas Marta Mia Nadia Nina Nora Oliver Olga Oscar "
    "Paula Rosa Ruth Sara Sofia Stella Tara Theo Vera Victoria Yana Zoe"
).split()
LAST_NAMES = (
    "Adams Baker Berg Brown Carter Conti Costa Cruz Dubois Evans Fischer Garcia Green Hall Hansen "
    "Hughes Ivanova Jones Kaya Keller King Kovac Larsen Lopez Marino Martin Meyer Miller Moore "
    "Murphy Nilsen Novak Olsen Park Perez Popov Rossi Sato Scott Silva Smith Sousa Taylor Turner "
    "Vargas Weber White Wilson Wood Young"
).split()
