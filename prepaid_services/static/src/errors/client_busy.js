import { registry } from "@web/core/registry";
import { WarningDialog } from "@web/core/errors/error_dialogs";

// A message for people, not a server error with a traceback
registry
    .category("error_dialogs")
    .add("odoo.addons.prepaid_services.exceptions.ClientBusyError", WarningDialog);
