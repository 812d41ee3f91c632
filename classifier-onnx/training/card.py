"""The model card beside each bundle, and the notice that its backbone asks for."""

DATA = {
    "emotion": """- Emotion: GoEmotions (Demszky et al. 2020; Reddit comments; Apache-2.0), its 28 labels mapped to Ekman's by the mapping
  of its authors, rows of one label only: 39,120 for training, 4,913 for validation.
- The encoder was trained jointly on tweet sentiment: 45,604 tweets of SemEval 2013 to 2016 (Rosenthal et al. 2017, as
  collected in TweetEval, Barbieri et al. 2020).""",
    "sentiment": """- Sentiment: 45,604 tweets of SemEval 2013 to 2016 (Rosenthal et al. 2017, as collected in TweetEval, Barbieri et al.
  2020), 2,000 for validation.""",
}
MADE = {
    "emotion": """| architecture | MiniLM-L6 encoder, mean pooling, one linear head; 8-bit weights with a scale per column, activations rounded to 8 bits with a scale per token, so that a text's answer does not depend on its batch; computed alike by every processor |
| start | all-MiniLM-L6-v2 (Apache-2.0); 1,725 emoji added to its vocabulary, each beginning as the mean of the pieces of its Unicode name |
| teacher | bge-small-en-v1.5 (MIT), trained on the same data |""",
    "sentiment": """| architecture | BERT encoder of nine layers, mean pooling, one linear head; 8-bit weights with a scale per column, the table of words in 4 bits with a scale per 32 columns, activations rounded to 8 bits with a scale per token, so that a text's answer does not depend on its batch; computed alike by every processor |
| start | the first nine layers of bge-small-en-v1.5 (MIT); 1,725 emoji added to its vocabulary, each beginning as the mean of the pieces of its Unicode name |
| teachers | three times the whole of bge-small-en-v1.5, each trained on two thirds of the tweets; a tweet comes with the answer of the one that had not seen it |""",
}
LIMITS = {
    "emotion": """- Reddit comments, not tweets; English only. Disgust and fear had about 500 training rows each.
- It names the emotion that a text expresses as annotators read it, which is not what its author felt.""",
    "sentiment": """- Tweets of 2013 to 2016, stripped of links and emoji; English only.
- It names the sentiment that a text expresses as annotators read it, which is not what its author felt, and of the whole
  text, not towards anything named in it.""",
}

NOTICES = {
    "emotion": """The weights of this model were trained from those of all-MiniLM-L6-v2
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, Apache License 2.0) and are not the same.
""",
    "sentiment": """The weights of this model were trained from those of bge-small-en-v1.5
(https://huggingface.co/BAAI/bge-small-en-v1.5), which have this licence:

MIT License

Copyright (c) 2022 staoxiao

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
""",
}


def emoji(found):
    e = found["emoji"]
    if "accuracy with" in e:
        return (f"On the {e['rows']} rows with emoji the accuracy is {e['accuracy with']:.1f}, on the others "
                f"{e['accuracy without']:.1f}.")  # fmt: skip
    return (f"The validation rows have no emoji. On the {e['rows']} with an emoticon the accuracy is "
            f"{e['accuracy with emoticon']:.1f}; with an emoji in its place {e['accuracy with emoji']:.1f}; with neither "
            f"{e['accuracy with neither']:.1f}.")  # fmt: skip


def write(folder, task, found):
    main = "macro-F1" if task.name == "emotion" else "macro-recall"
    labels = sorted(found["by label"].items(), key=lambda item: -item[1]["F1"])
    rows = "\n".join(
        f"| {name} | {found['int8'][name]:.1f} | {found['interval'][name][0]:.1f} to {found['interval'][name][1]:.1f} | "
        f"{found['fp32'][name]:.1f} |"
        for name in sorted(("macro-F1", "macro-recall", "accuracy"), key=lambda name: name != main)
    )
    before, after = found["calibration error"]
    calibration = f"Expected calibration error (15 bins) {before:.1f} points" + (
        "; no temperature made it less." if found["temperature"] == 1 else
        f" as trained, {after:.1f} at the temperature above, which was fitted on the same rows."
    )
    (folder / "NOTICE").write_text(NOTICES[task.name])
    (folder / "README.md").write_text(f"""# {task.name.capitalize()}: model card

Gives an English text one of {len(task.labels)} labels: {", ".join(task.labels)}. Artifact
`dev.nightjar:nightjar-model-{"emotion" if task.name == "emotion" else "sentiment-onnx"}`; opened by `OnnxModels.{task.name}()`.

| | |
|---|---|
{MADE[task.name]}
| input | lower-cased WordPiece, at most 128 tokens; trained on at most 96 |
| text before the tokenizer | `tweet-v2`: literal `\\uXXXX` decoded, HTML entities decoded twice, doubled quotes undone, links left out, names to `@user`, as in training |
| output | `logits`, single label (softmax at temperature {found["temperature"]}) |

## Data, and what binds it

{DATA[task.name]}
- The SemEval tweets may not be redistributed and their use is bound by the tasks' own terms and by X's developer terms. No
  tweet is in this artifact, but its weights were trained on them: whether that binds your use is for you to judge.

## Figures

On the {found["rows"]:,} validation rows. The official test split was not used; the recipe was chosen by these rows among
those that `training/README.md` tells of, so expect a little less elsewhere.

| | 8 bit | 95 % interval (bootstrap, 2,000 draws) | single precision |
|---|---|---|---|
{rows}

F1 by label: {", ".join(f"{name} {values['F1']:.0f}" for name, values in labels)}. Recall by label:
{", ".join(f"{name} {values['recall']:.0f}" for name, values in labels)}.
{emoji(found)}

{calibration}

## Limits

{LIMITS[task.name]}
- What emoji mean it knows from their names and keywords (emojilib, MIT), hardly from people's use, so that it misses irony and
  new meanings. How far that goes was measured on tweets of another task, see `training/README.md`.
- Irony, quotations and negation over a distance are often read wrong; look at the confusion matrix that `evaluate` draws
  before relying on a rare label.

Meant for counting moods over many public posts. Not for decisions about persons.

## How to retrain

`classifier-onnx/training/README.md`: one command. `bundle.sha256` has the SHA-256 of each file; they are checked whenever
the model is opened. `parity.jsonl` has texts of our own with the token ids and logits that they must get.
""")
