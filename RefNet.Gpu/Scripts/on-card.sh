#!/bin/sh
# On a machine with an NVIDIA card, in the folder that publish.sh has packed: first whether RefNet is right on this card, then
# how fast it is. One call; results go to the folder that is named, or to ./results. With --small it times little of each kind.
#
#   ./on-card.sh [DIR] [--small]
#
# Exit codes: 0 all is well; 1 a test failed or a result was wrong, and nothing, or nothing more, was timed; 2 no card, or
# something of CUDA is missing, or the call was not understood.
set -u

here=$(cd "$(dirname "$0")" && pwd)
results=results
small=
for argument in "$@"; do
    case $argument in
        --small) small=--small ;;
        -*) echo "error: on-card.sh does not know $argument: expected [DIR] [--small]" >&2; exit 2 ;;
        *) results=$argument ;;
    esac
done
system=$(uname -sm)
[ "$system" = "Linux x86_64" ] || { echo "error: these programs are for Linux x86_64; this is $system" >&2; exit 2; }
mkdir -p "$results" || exit 2
results=$(cd "$results" && pwd)
python=$(command -v python3 || command -v python || true)

# Where there is no CUDA toolkit, NVIDIA's packages for Python have the same libraries.
"$here/bin/RefNet.Console" gpu > "$results/gpu.txt"
if ! grep -q '^CUDA can be used' "$results/gpu.txt" && [ -z "${REFNET_CUDA:-}" ] && [ -n "$python" ]; then
    REFNET_CUDA=$("$python" -c 'import nvidia; print(":".join(nvidia.__path__))' 2> /dev/null || true)
    export REFNET_CUDA
    "$here/bin/RefNet.Console" gpu > "$results/gpu.txt"
fi
cat "$results/gpu.txt"
if ! grep -q '^CUDA can be used' "$results/gpu.txt"; then
    echo "error: nothing was tested or timed. It takes the driver of an NVIDIA card, and cuBLAS and NVRTC of CUDA 11.2 or newer;" \
        "REFNET_CUDA may list their folders." >&2
    exit 2
fi
command -v nvidia-smi > /dev/null && nvidia-smi > "$results/nvidia-smi.txt"

# Here nothing may be skipped for want of a card.
echo "Conformance: the tests of the category Gpu; an epoch of LeNet-5, twice, takes the longest."
export REFNET_TEST_CARD=1
"$here/bin/RefNet.Tests" --filter TestCategory=Gpu > "$results/conformance.txt" 2>&1
conformance=$?
tail -n 8 "$results/conformance.txt"
[ $conformance -eq 0 ] || { echo "error: conformance failed: see $results/conformance.txt. Nothing was timed." >&2; exit 1; }

# PyTorch's times are left out where it is not there.
rm -f "$results/pytorch.json"
if [ -n "$python" ] && "$python" -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2> /dev/null; then
    "$python" "$here/bin/PyTorch/gpu.py" "$results/pytorch.json" $small 2>&1 | tee "$results/pytorch.txt"
else
    echo "PyTorch with CUDA was not found: its columns stay empty."
fi

# A pipe would hide the exit code.
"$here/bin/RefNet.Benchmarks" gpu --pytorch "$results/pytorch.json" $small > "$results/timings.md"
timings=$?
cat "$results/timings.md"
echo "Results: $results"
exit $timings
