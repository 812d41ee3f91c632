#!/bin/sh
# Makes the pinned environment in work/venv, then runs the recipe. See README.md.
set -eu
cd "$(dirname "$0")"
mkdir -p work
if [ ! -x work/venv/bin/python ]; then
    python3 -m venv work/venv
    work/venv/bin/pip install --quiet --requirement requirements.txt
fi
work/venv/bin/python texts.py
exec work/venv/bin/python train.py --out ../models "$@"
