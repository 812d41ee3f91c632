"""Writes src/test/resources/word-list: a model as a Kappa pipeline stores it, and what that pipeline answers.

Independent of the Java code: the rules are those of WordListModel's documentation, the regular expressions, the case
folding, the arithmetic and the JSON are Python's own. Run from the module's folder: python3 src/test/python/word_list_golden.py
"""
import json
import math
import random
import re
from pathlib import Path

FOLDER = Path("src/test/resources/word-list")
WORDS = """the of and I my good bad great day rain happy sad love hate don't never train soup 42 snake_case
\u00e9t\u00e9 caf\u00e9 stra\u00dfe \u03c3\u03bf\u03c6\u03cc\u03c2 \u0434\u043e\u0436\u0434\u044c \u96e8 \u00bd \u00b2 \u2167 i\u0307stanbul""".split() + [""]
PLACEHOLDERS = ["pseudoplaceholder", "linkplaceholder", "retweetplaceholder", "hashtagplaceholder"]
TEXTS = [
    "The soup was good, the rain was not",
    "I love my day",
    "i LOVE My DAY love love",
    "I don't hate the train",
    "@ann and @bob_42: never a bad day!",
    "RT @ann: happy happy day",
    "rt: @ann happy day",
    "sport: sad rain",
    "see https://example.org/a-b/c.html?x=1#good and http://t.co/x_y",
    "https://example.org/@ann/soup",
    "mail me a@b.example about the train",
    "#happy #sad#good # @ @@ ##",
    "snake_case _the the_ 42 421 4 2",
    "Caf\u00e9 \u00c9T\u00c9 cafe\u0301 stra\u00dfe STRASSE \u1e9e",
    "\u03a3\u039f\u03a6\u038c\u03a3 \u03c3\u03bf\u03c6\u03cc\u03c2",
    "\u0130stanbul rain, \u0131stanbul",
    "\u96e8 \u96e8\u96e8 \u0434\u043e\u0436\u0434\u044c",
    "\u00bd\u00b2 \u00bd \u00b2 \u2167 \u2177",
    "great\u200dday great\u00a0day great\u2014day great\ud83d\ude00day".encode("utf-16", "surrogatepass").decode("utf-16"),
    "sunny \U0001f600 \U0001f33b nothing listed",
    "nothing listed here",
    "a tie: nothing",
    "happy sad happy sad",
    "line\none\r\ntwo\tthe the",
    "HTTP://EXAMPLE.ORG the",
    "http://",
    "\u0661\u0662 \u0e01\u0e33 \u0928\u092e\u0938\u094d\u0924\u0947 the",
    "hate " * 40,
    "love " * 40,
]


def words(text):
    for pattern, name in [
        ("rt:", PLACEHOLDERS[2]),
        ("@[A-Za-z0-9_]*", PLACEHOLDERS[0]),
        ("#[A-Za-z0-9_]*", PLACEHOLDERS[3]),
        ("https?://[A-Za-z0-9./-]*", PLACEHOLDERS[1]),
    ]:
        text = re.sub(pattern, name, text)
    return re.findall(r"\w+", text.lower())


def main():
    generator = random.Random(7)
    index = {word: i for i, word in enumerate(WORDS + PLACEHOLDERS)}
    assert len(index) == len(WORDS) + len(PLACEHOLDERS)
    # From 0.03 to 1.6 in size, and what is written in other ways.
    weights = [generator.choice([-1, 1]) * 10 ** generator.uniform(-1.5, 0.2) for _ in index]
    weights[index["love"]], weights[index["hate"]] = 1.5, -2.0
    weights[index["the"]], weights[index["of"]], weights[index["and"]] = 0.0, 1e-05, 0.0001
    weights[index["never"]], weights[index[""]], weights[index["I"]] = -1e-300, 1e16, 123456789012345.0
    intercept = -0.4375
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "model.json", "w") as file:
        json.dump({"weights": weights, "intercept": intercept}, file)
    (FOLDER / "words.csv").write_bytes("\n".join(WORDS).encode())
    with open(FOLDER / "golden.jsonl", "w") as file:
        for text in TEXTS:
            counts = {}
            for word in words(text):
                if word in index:
                    counts[index[word]] = counts.get(index[word], 0) + 1
            features = sorted(counts.items())
            logit = sum(weights[i] * n for i, n in features) + intercept
            probability = 1 / (1 + math.exp(-logit))
            file.write(json.dumps([text, features, probability, int(probability > 0.5)]) + "\n")


main()
