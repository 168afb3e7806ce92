"""Fields that callers do not fill in themselves. Importable without Odoo."""


def own_defaults(model, names):
    """Return the defaults that a model itself has for fields.

    Those of the caller's context, and those users choose for themselves, would otherwise fill in
    what ``create`` refuses to take.

    :param model: of Odoo
    :param names: of fields, with or without default
    :rtype: dict
    """
    defaults = {}
    for field in (model._fields[name] for name in names):
        if field.default:
            value = field.convert_to_cache(field.default(model), model, validate=False)
            defaults[field.name] = field.convert_to_write(value, model)
    return defaults
