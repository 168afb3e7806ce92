from . import salon
