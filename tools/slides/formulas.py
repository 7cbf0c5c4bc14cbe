"""TeX as MathML, with the few spaces that TeX sets and the converter leaves out."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

SIGNS = ("−", "+", "-", "&#x02212;", "&#x0002B;", "&#x0002D;")
CLOSING = (")", "]", "}", "|", "‖", "!", "⊤")
BARS = ("|", "‖")
THIN = "0.17em"


def mathml(tex: str, *, display: bool) -> str:
    """MathML of a formula, with its TeX as the alternative text.

    Args:
        tex: the formula, without dollars.
        display: whether it stands on a line of its own.

    Raises:
        ValueError: something in the formula is unknown to the converter.
    """
    root = convert_to_element(tex.strip(), display="block" if display else "inline")
    for element in root.iter():
        element.text = element.text and re.sub(r"&#x([0-9A-F]+);", lambda m: chr(int(m[1], 16)), element.text)
    if any("\\" in (element.text or "") for element in root.iter()):
        raise ValueError(f"cannot show {tex!r}: latex2mathml does not know one of its commands")
    for row in list(root.iter()):
        if row.tag in ("mrow", "math", "mtd"):
            _space(row)
    root.set("alttext", " ".join(tex.split()))
    return ElementTree.tostring(root, encoding="unicode")


def _space(row: Element) -> None:
    """Set the space around signs, slashes and names of functions in one row, as TeX does."""
    spaced: list[Element] = []
    before: Element | None = None
    for i, element in enumerate(list(row)):
        after = row[i + 1] if i + 1 < len(row) else None
        if element.tag == "mo":
            _space_operator(element, before, after)
        if _is_function(element) and before is not None and before.tag in ("mi", "mn", "msub", "msup"):
            spaced.append(_thin())
        spaced.append(element)
        if _is_function(element) and after is not None and after.tag != "mo":
            spaced.append(_thin())
        before = element
    row[:] = spaced


def _space_operator(element: Element, before: Element | None, after: Element | None) -> None:
    """A sign with nothing to its left is no sum, max( and a slash need no space, a bar grows only where TeX says so."""
    if element.text in SIGNS and (before is None or (before.tag == "mo" and before.text not in CLOSING)):
        element.set("form", "prefix")
    elif element.text == "/":
        element.set("lspace", "0")
        element.set("rspace", "0")
    elif (element.text or "").isalpha() and after is not None and after.text == "(":
        element.set("rspace", "0")
    elif element.text in BARS and "fence" not in element.attrib:
        element.attrib.update(stretchy="false", lspace="0", rspace="0")


def _is_function(element: Element) -> bool:
    """Whether this is a name such as ln or tanh, perhaps with a power."""
    if element.tag in ("msub", "msup", "msubsup") and len(element):
        return _is_function(element[0])
    return element.tag == "mi" and len(element.text or "") > 1 and (element.text or "").isalpha()


def _thin() -> Element:
    return Element("mspace", width=THIN)
