"""Reads C++ well enough to hold rules against it: comments, literals and braces, no grammar."""
import re

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'                                   # comments
    r'|R"(?P<tag>[^\s()\\"]{0,16})\(.*?\)(?P=tag)"'         # raw strings
    r'|"(?:\\.|[^"\\\n])*"'                                 # strings
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'", re.S)          # characters, not digit separators
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
SCOPE = re.compile(r"\b(?:namespace|class|struct|union|enum|extern|concept)\b")
NOT_A_NAME = {"requires", "decltype", "alignas", "noexcept", "explicit", "__attribute__"}


def blanked(found):
    return re.sub(r"[^\n]", " ", found[0])


def code_of(text):
    """The text with comments and literals blanked; every line and column stays where it was."""
    return TOKEN.sub(blanked, text)


def without_angles(head):
    head = head.replace("->", "  ")
    while (flat := re.sub(r"<[^<>]*>", "", head)) != head:
        head = flat
    return head


def kind_of(head):
    """What a brace at file or class scope opens, from the text before it."""
    flat = without_angles(head).strip()
    if SCOPE.search(flat.partition("(")[0]):
        return "scope"
    is_initialiser = re.search(r"\)\s*(?:noexcept\s*)?:(?!:)", flat) and re.search(r"\w$", flat)
    return "value" if "(" not in flat or flat.endswith("=") or is_initialiser else "function"


def name_of(head):
    names = re.findall(r"([\w:~]+|operator\W{1,3})\s*\(([\w, ]*)", without_angles(head))
    names = [(name, rest) for name, rest in names if name not in NOT_A_NAME]
    name, rest = names[0] if names else ("?", "")
    return rest.replace(", ", ".") if name.startswith("TEST") else name


def functions(text):
    """Yields (name, first line, number of lines) of each outermost function body's definition."""
    code = DIRECTIVE.sub(blanked, code_of(text))
    opened, start = [], 0
    for mark in re.finditer(r"[{};]", code):
        outside = all(kind == "scope" for kind, _ in opened)
        if mark[0] == "{":
            opened.append((kind_of(code[start:mark.start()]) if outside else "inner", start))
        elif mark[0] == "}" and opened:
            kind, begun = opened.pop()
            if kind == "function":
                head = re.sub(r"\b(?:public|private|protected)\s*:(?!:)", blanked,
                              code[begun:mark.start()])
                begun += len(head) - len(head.lstrip())
                first = code.count("\n", 0, begun) + 1
                yield (name_of(head.partition("{")[0]), first,
                       code.count("\n", 0, mark.start()) + 2 - first)
            outside = kind in ("scope", "function")
        if outside and not (opened and opened[-1][0] in ("function", "value")):
            start = mark.end()
