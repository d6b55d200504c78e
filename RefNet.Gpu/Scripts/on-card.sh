#!/bin/sh
# On a machine with an NVIDIA card, in the folder that publish.sh has packed: first whether RefNet is right on this card, then
# how fast it is. One call; results go to the folder that is named, or to ./results. With --small it times little of each kind.
#
#   ./on-card.sh [DIR] [--small]
#
# Exit codes: 0 all is well; 1 a test failed or a result was wrong, and nothing, or nothing more, was timed; 2 no card.
set -u

here=$(cd "$(dirname "$0")" && pwd)
results=results
small=
for argument in "$@"; do
    if [ "$argument" = --small ]; then small=--small; else results=$argument; fi
done
mkdir -p "$results"
results=$(cd "$results" && pwd)

"$here/bin/RefNet.Console" gpu | tee "$results/gpu.txt"
grep -q '^CUDA can be used' "$results/gpu.txt" || exit 2
command -v nvidia-smi > /dev/null && nvidia-smi > "$results/nvidia-smi.txt"

# Here nothing may be skipped for want of a card.
export REFNET_TEST_CARD=1
"$here/bin/RefNet.Tests" --filter TestCategory=Gpu > "$results/conformance.txt" 2>&1
conformance=$?
tail -n 8 "$results/conformance.txt"
[ $conformance -eq 0 ] || { echo "Conformance failed: see $results/conformance.txt. Nothing was timed."; exit 1; }

# PyTorch's times are left out where it is not there.
python=$(command -v python3 || command -v python || true)
if [ -n "$python" ] && "$python" -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2> /dev/null; then
    "$python" "$here/bin/PyTorch/gpu.py" "$results/pytorch.json" $small | tee "$results/pytorch.txt"
else
    echo "PyTorch with CUDA was not found: its columns stay empty."
fi

"$here/bin/RefNet.Benchmarks" gpu --pytorch "$results/pytorch.json" $small > "$results/timings.md"
timings=$?
cat "$results/timings.md"
exit $timings
