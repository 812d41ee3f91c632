#!/usr/bin/env bash
# Trains the bundled sentiment model again: the bundled transformer answers tweets without labels, then the regression learns
# from them, from labelled tweets and from comments. Takes the folder of the data sets; see the model's card.
set -euo pipefail

tweets=28000
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
' "$tweets" >classifier-lr/target/tweets.txt
samples/nightjar classify --model sentiment-onnx <classifier-lr/target/tweets.txt >"$answers"
./mvnw -q -pl classifier-lr -am test -Dtest=LrTrainingIT -Dsurefire.failIfNoSpecifiedTests=false -Dnightjar.data="$data"
