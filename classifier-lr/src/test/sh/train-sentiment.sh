#!/usr/bin/env bash
# Trains the bundled sentiment model again: the bundled transformer answers tweets without labels, then the regression learns
# from them, from labelled tweets and from comments. Takes the folder of the data sets; see the model's card.
set -euo pipefail

tweets=28000
batch=64 # scores differ in the ninth digit from those of other batches, so the last one is filled, too
data=$(cd "${1:?Give the folder of the data sets}" && pwd)
cd "$(dirname "$0")/../../../.."
answers=classifier-lr/target/teacher.jsonl

# The order of their digests is a random one that is the same everywhere.
mkdir -p classifier-lr/target
gzip -dc "$data/unlabelled-tweets/tweets.txt.gz" | python3 -c '
import hashlib, sys
lines = sys.stdin.buffer.read().splitlines()
lines.sort(key=lambda line: hashlib.sha1(line).digest())
sys.stdout.buffer.writelines(line + b"\n" for line in lines[: int(sys.argv[1])])
' $(((tweets + batch - 1) / batch * batch)) >classifier-lr/target/tweets.txt
samples/nightjar classify --model sentiment-onnx --batch-size $batch <classifier-lr/target/tweets.txt |
  sed -n "1,${tweets}p" >"$answers"
./mvnw -q -pl classifier-lr -am test -Dtest=LrTrainingIT -Dsurefire.failIfNoSpecifiedTests=false -Dnightjar.data="$data"
