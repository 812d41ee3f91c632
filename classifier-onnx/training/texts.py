"""The texts: what the normaliser `tweet-v2` does to them, and the labelled files.

The normaliser is specified by ../src/test/resources/normalizer.jsonl, whose vectors the Java tests and this file's own
check (`python texts.py`) both read.
"""

import gzip
import html
import json
import random
import re
import sys
import unicodedata
from pathlib import Path

VECTORS = Path(__file__).parent / "../src/test/resources/normalizer.jsonl"

_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_ENTITY = re.compile(r"&(#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|amp|lt|gt|quot|apos|nbsp);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": "\u00a0"}
_LINK = re.compile(r"https?://[!-~]*")
_MENTION = re.compile(r"(?<![A-Za-z0-9_])@[A-Za-z0-9_]{1,15}(?![A-Za-z0-9_])")


def _entity(match):
    name = match.group(1)
    if not name.startswith("#"):
        return _NAMED[name]
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    is_text = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_text else match.group()


def _escapes(match):
    units = bytes.fromhex(match.group().replace("\\u", ""))
    return units.decode("utf-16-be", "replace")


def _plain(match):
    """Styled letters and digits (bold, full-width, circled, raised) as those that they stand for; a single raised letter,
    as in a formula, stays."""
    text = match.group()
    raised = all(unicodedata.category(c) == "Lm" for c in text)
    return text if raised and len(text) == 1 else "".join(map(_plain_letter, text))


def _plain_letter(character):
    plain = unicodedata.normalize("NFKC", character)
    styled = unicodedata.category(character) in ("Lu", "Ll", "Lm", "Lo", "Nd") or character in _FRAMED
    return plain if styled and plain.isascii() and plain.isalnum() else character


_FRAMED = frozenset(map(chr, [*range(0x24B6, 0x24EA), *range(0x1F130, 0x1F14A)]))
_RAISED = "".join(c for c in map(chr, range(0x2B0, 0x110000)) if unicodedata.category(c) == "Lm")
_MAYBE_STYLED = re.compile(rf"[{_RAISED}]+|[\u02b0-\U0010ffff]")


def normalize(text):
    """`tweet-v2`: literal escapes and entities decoded (twice), doubled quotes undone, styled letters made plain, links
    dropped, names masked."""
    text = _ESCAPES.sub(_escapes, text)
    for _ in range(2):
        text = _ENTITY.sub(_entity, text)
    text = text.replace('""', '"')
    text = _MAYBE_STYLED.sub(_plain, text)
    text = _LINK.sub("", text)
    return _MENTION.sub("@user", text)


# What people typed before they had emoji. The sentiment tweets (2013-2016) were stripped of emoji, but not of these.
EMOTICONS = {
    ":)": "😊🙂😀☺", ":-)": "😊🙂", "=)": "😊🙂", "(:": "😊", ":D": "😃😄😁", ":-D": "😃😄", ";)": "😉", ";-)": "😉",
    ":P": "😛😜", ":p": "😛😜", "xD": "😂😆", "XD": "😂😆", "<3": "❤💕😍", ":*": "😘", ":(": "😞🙁😢😔", ":-(": "😞🙁",
    "=(": "😞", ":'(": "😢😭", ":/": "😕", ":-/": "😕", ":|": "😐", ":O": "😮", ":o": "😮", "-_-": "😑", ">:(": "😠",
}  # fmt: skip
_EMOTICON = re.compile(
    r"(?<![A-Za-z0-9])(?:" + "|".join(re.escape(e) for e in sorted(EMOTICONS, key=len, reverse=True)) + r")(?![A-Za-z0-9])"
)


def with_emoji(text, draw: random.Random):
    """The text with its emoticons replaced, each with probability one half, by an emoji of the same mood."""
    return _EMOTICON.sub(lambda m: draw.choice(EMOTICONS[m.group()]) if draw.random() < 0.5 else m.group(), text)


def read(file):
    """The rows of a `label<TAB>text` file, gzip'd, as (label, normalised text)."""
    with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(label, normalize(text)) for label, text in rows]


if __name__ == "__main__":
    failed = 0
    for line in VECTORS.read_text("utf-8").splitlines():
        vector = json.loads(line)
        actual = normalize(vector["text"])
        if actual != vector["tweet-v2"]:
            failed += 1
            print(f"{vector['text']!r}: expected {vector['tweet-v2']!r}, was {actual!r}")
    sys.exit(1 if failed else 0)
