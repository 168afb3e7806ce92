"""A salon that is furnished once per database, and not in each test class, which takes seconds.

conftest.py calls ``furnish``; from then on ``PrepaidCommon`` takes that salon. What a class does to
it is rolled back with the class, as if it had furnished a salon of its own: that is what it does
where nobody calls ``furnish``, as under Odoo's own test runner.
"""

from odoo.models import BaseModel

from odoo.addons.base.tests.common import BaseCommon

#: What must be unique has another name until a class takes it, as other tests make the same names
SPARE = "ready: %s"
#: The user and the context of the salon's environment
_env = {}
#: What furnishing the salon left in the class: attribute -> value, with records packed
_attributes = {}
#: Records with unique names: (model, id, field, name)
_names = []


def furnish(case):
    """Let a test case class furnish its salon for good, in a database that nobody keeps."""
    salon = type("Salon", (case,), {})
    salon.setUpClass()
    _env.update(user=salon.env.uid, context=dict(salon.env.context))
    for name, value in vars(salon).items():
        if not name.startswith("__") and isinstance(value, BaseModel | dict | int | None):
            _attributes[name] = _pack(value)
    users = salon.env["res.users"].search([("company_ids", "in", salon.company.ids)])
    for record, field in [(salon.company, "name"), *((user, "login") for user in users)]:
        _names.append((record._name, record.id, field, record[field]))
        record[field] = SPARE % record[field]
    salon.env.flush_all()
    salon.cr._cnx.commit()
    salon.doClassCleanups()


def is_ready_for(case):
    """Tell whether the salon is the one that a class would furnish."""
    return bool(_env) and not (case.country_code or case.chart_template)


def take(case):
    """Give a test case class the salon, in place of furnishing one."""
    super(BaseCommon, case).setUpClass()
    for model, record_id, field, name in _names:
        case.env[model].with_context(**_env["context"]).browse(record_id)[field] = name
    case.env = case.env(**_env)
    for name in _attributes.keys() - vars(case).keys():
        setattr(case, name, _unpack(case.env, _attributes[name]))


def _pack(value):
    if isinstance(value, BaseModel):
        return (value._name, value.ids, value.env.context)
    if isinstance(value, dict):
        return {key: _pack(item) for key, item in value.items()}
    return value


def _unpack(env, value):
    if isinstance(value, tuple):
        model, ids, context = value
        return env[model].with_context(**context).browse(ids)
    if isinstance(value, dict):
        return {key: _unpack(env, item) for key, item in value.items()}
    return value
