"""Merges freshly exported texts (FOLDER/<add-on>.pot) into the translations of each add-on."""

import re
import sys
from pathlib import Path

import polib

LANGUAGES = {
    "hy": "nplurals=2; plural=(n != 1);",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<10 || n%100>=20) ? 1 : 2);",
    "uk": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<10 || n%100>=20) ? 1 : 2);",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\{.*?\}\}|\{\w*\}|\$\{.*?\}")


def read(path):
    # Odoo's own wrapping (none), so that a file only changes where its texts do.
    return polib.pofile(str(path), wrapwidth=0, check_for_duplicates=False)


def save(catalogue, path):
    """Like Odoo's export: one place of use a line, so that a change shows as one line."""
    lines = []
    for line in str(catalogue).splitlines():
        lines += [f"#: {use}" for use in line[3:].split()] if line.startswith("#: ") else [line]
    path.write_text("\n".join(lines).rstrip("\n") + "\n", encoding="utf-8")


def texts(catalogue):
    """What matters of a template: the dates in its header change with every export."""
    return [(entry.msgid, entry.comment, entry.occurrences) for entry in catalogue]


def read_all():
    """What all add-ons have translated, by language: a text may move from one to another."""
    return {
        language: {
            entry.msgid: entry
            for path in sorted(Path().glob(f"*/i18n/{language}.po"))
            for entry in read(path)
            if entry.msgstr
        }
        for language in LANGUAGES
    }


def merged(template, path, language, known):
    """A translation of exactly the template's texts; former translations are kept."""
    own = {entry.msgid: entry for entry in read(path)} if path.exists() else {}
    old = known[language] | {text: entry for text, entry in own.items() if entry.msgstr}
    result = polib.POFile(wrapwidth=0)
    result.header = template.header
    result.metadata = {
        "Project-Id-Version": template.metadata.get("Project-Id-Version", ""),
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": LANGUAGES[language],
    }
    for entry in template:
        before = old.get(entry.msgid)
        flags = [flag for flag in before.flags if flag == "fuzzy"] if before else []
        result.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=before.msgstr if before else "",
                comment=entry.comment,
                tcomment=before.tcomment if before else "",
                occurrences=entry.occurrences,
                flags=entry.flags + flags,
            )
        )
    return result


def faults(catalogue):
    for entry in catalogue:
        if not entry.msgstr:
            yield "missing", entry.msgid
        elif entry.fuzzy:
            yield "fuzzy", entry.msgid
        elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr)):
            yield "placeholders differ", entry.msgid


def refresh(exported, check, known):
    """Prints what is wrong with one add-on's translations, returns how much."""
    addon = exported.stem
    folder = Path(addon) / "i18n"
    template = read(exported)
    template.header = f"Translation of the Odoo add-on {addon}."
    for key in ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team"):
        template.metadata.pop(key, None)
    pot = folder / exported.name
    problems = 0
    if not pot.exists() or texts(read(pot)) != texts(template):
        if check:
            print(f"{pot}: not up to date, run: make i18n")
            problems += 1
        else:
            folder.mkdir(exist_ok=True)
            save(template, pot)
    for language in LANGUAGES:
        path = folder / f"{language}.po"
        result = merged(template, path, language, known)
        if not check:
            save(result, path)
        wrong = list(faults(result))
        problems += len(wrong)
        print(f"{path}: {len(result)} texts, {len(wrong)} to do")
        for what, text in wrong:
            print(f"    {what}: {text!r}")
    return problems


def main(arguments):
    check = "--check" in arguments
    known = read_all()
    exported = [Path(name) for name in arguments if name.endswith(".pot")]
    problems = sum(refresh(path, check, known) for path in exported)
    print(f"{problems} texts to do" if problems else "all texts are translated")
    return 1 if check and problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
