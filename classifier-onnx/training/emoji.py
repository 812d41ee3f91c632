"""What the emoji mean: their rows of the table of words are trained at last, with all else as it is.

Hardly a text of the training has emoji. So the model is its own teacher: a text with an emoji in place of one of the emoji's
keywords, or after the text, is to be answered as the text with the word was, and an emoji alone as its keywords are. Texts
without emoji are answered as before, to the bit.
"""

import json
import random
import re
import zipfile
from collections import Counter, defaultdict

import torch
from torch.nn import functional
from tqdm import tqdm

import fit

LIBRARY = "META-INF/resources/webjars/emojilib/3.0.7/dist/emoji-en-US.json"
ALONE = 8  # how often each emoji comes alone
COMMON = 40  # a keyword of more emoji than this says too little: face, animal, food, nature


def added(tokenizer):
    """The emoji that were added to the vocabulary, and their ids, which follow all others."""
    return {token.content: number for number, token in tokenizer.get_added_tokens_decoder().items() if not token.special}


def keywords(jar, tokenizer):
    """The keywords of each emoji that was added to the vocabulary: emojilib's, without the emoji's name, which comes first."""
    with zipfile.ZipFile(jar) as packed:
        library = json.loads(packed.read(LIBRARY))
    ours = added(tokenizer)
    found = {}
    for emoji, words in library.items():
        emoji = emoji.replace("\ufe0f", "")
        if emoji in ours:
            found[emoji] = [word.replace("_", " ") for word in words[1:] if re.fullmatch("[a-z_]+", word)]
    times = Counter(word for words in found.values() for word in words)
    found = {emoji: [word for word in words if times[word] <= COMMON] for emoji, words in found.items()}
    return {emoji: words for emoji, words in found.items() if words}


def pairs(texts, words, draw):
    """Texts with emoji, and for each the text without whose answer it is to get."""
    emoji_of = defaultdict(list)
    for emoji, names in words.items():
        for name in names:
            if len(name) > 2:
                emoji_of[name].append(emoji)
    longest_first = "|".join(sorted(map(re.escape, emoji_of), key=len, reverse=True))
    keyword = re.compile(f"(?<![a-z0-9@#])(?:{longest_first})(?![a-z0-9])", re.I)
    for text in texts:
        found = list(keyword.finditer(text))
        if found:
            word = draw.choice(found)
            emoji = draw.choice(emoji_of[word.group().lower()]) * draw.choice([1, 1, 2, 3])
            in_place = text[: word.start()] + emoji + text[word.end() :]
            yield in_place if draw.random() < 0.5 else f"{text} {emoji}", text
    for emoji, names in words.items():
        for _ in range(ALONE):
            yield emoji * draw.choice([1, 1, 2, 3]), " ".join(draw.sample(names, len(names)))


def teach(model, tokenizer, task, words, rate=1e-3, size=48, warm_up=50, seed=1):
    """Trains the rows of the emoji for the head of a task, in place; they become their mean over the second half of the steps."""
    first = min(added(tokenizer).values())
    draw = random.Random(seed)
    made = list(pairs([text for _, text in task.train], words, draw))
    wanted = fit.logits(model, tokenizer, [task.name], [text for _, text in made])[task.name].log_softmax(1)
    rows = fit.encode(tokenizer, [text for text, _ in made])
    model.requires_grad_(False)
    table = model.words.weight.requires_grad_(True)
    before = table[:first].detach().clone()
    mean, taken = torch.zeros_like(table), 0
    optimiser = torch.optim.Adam([table], lr=rate)
    work = fit.batches([len(row) for row in rows], size, draw)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / warm_up) * (1 - step / len(work))
    )
    model.eval()
    for step, batch in enumerate(tqdm(work, unit="step", mininterval=10)):
        with torch.autocast("cpu", torch.bfloat16):
            pooled = model.pooled(*fit.padded([rows[i] for i in batch]))
        given = model.heads[task.name](pooled.float()).log_softmax(1)
        functional.kl_div(given, wanted[batch], reduction="batchmean", log_target=True).backward()
        table.grad[:first] = 0
        optimiser.step()
        schedule.step()
        optimiser.zero_grad(set_to_none=True)
        if 2 * step >= len(work) and step % 5 == 0:
            taken += 1
            mean += (table.detach() - mean) / taken
    with torch.no_grad():
        table.copy_(mean)
        table[:first] = before
