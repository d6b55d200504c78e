#!/bin/sh
# On a machine with an NVIDIA card, in the folder that publish.sh has packed: first whether RefNet is right on this card, then
# how fast it is. One call; results go to the folder that is named, or to ./results, as they come. With --small it times little
# of each kind. What takes longer than its share, or than --seconds in all, is ended, and the rest goes on.
#
#   ./on-card.sh [DIR] [--small] [--seconds N]
#
# Exit codes: 0 all is well; 1 a test failed, a result was wrong or a part was not finished; 2 no card, or something of CUDA or
# the checkout is missing, or the call was not understood: nothing was tested then.
set -u

here=$(cd "$(dirname "$0")" && pwd)
results=results
small=
seconds=600
while [ $# -gt 0 ]; do
    case $1 in
        --small) small=--small ;;
        --seconds)
            seconds=${2:-}
            case $seconds in '' | *[!0-9]*) echo "error: --seconds needs a number" >&2; exit 2 ;; esac
            shift ;;
        -*) echo "error: on-card.sh does not know $1: expected [DIR] [--small] [--seconds N]" >&2; exit 2 ;;
        *) results=$1 ;;
    esac
    shift
done
system=$(uname -sm)
[ "$system" = "Linux x86_64" ] || { echo "error: these programs are for Linux x86_64; this is $system" >&2; exit 2; }
root=$here
while [ "$root" != / ] && [ ! -f "$root/RefNet.sln" ]; do root=$(dirname "$root"); done
[ -d "$root/data/mnist" ] || { echo "error: no checkout with data/mnist at $here or above: unpack the archive in one" >&2; exit 2; }
mkdir -p "$results" || exit 2
results=$(cd "$results" && pwd)
python=$(command -v python3 || command -v python || true)
exit=0
deadline=$(($(date +%s) + seconds))

# Runs a command for so many seconds at most, and not beyond the deadline. What it printed counts, even when it is ended.
limited() {
    limit=$1
    shift
    left=$((deadline - $(date +%s)))
    [ "$left" -lt "$limit" ] && limit=$left
    if [ "$limit" -le 0 ]; then
        echo "left out for want of time: $*"
        return 124
    fi
    timeout "$limit" "$@"
}

# NVIDIA's packages for Python have cuDNN, and where there is no CUDA toolkit, its libraries.
if [ -z "${REFNET_CUDA:-}" ] && [ -n "$python" ]; then
    packages=$("$python" -c 'import nvidia; print(":".join(nvidia.__path__))' 2> /dev/null || true)
    [ -z "$packages" ] || export REFNET_CUDA="${CUDA_PATH:-${CUDA_HOME:-/usr/local/cuda}}:$packages"
fi
"$here/bin/RefNet.Console" gpu > "$results/gpu.txt" 2>&1
echo "NVIDIA_TF32_OVERRIDE is ${NVIDIA_TF32_OVERRIDE:-not set}" >> "$results/gpu.txt"
cat "$results/gpu.txt"
if ! grep -q '^CUDA can be used' "$results/gpu.txt"; then
    echo "error: nothing was tested or timed. It takes the driver of an NVIDIA card, and cuBLAS and NVRTC of CUDA 11.2 or newer;" \
        "REFNET_CUDA may list their folders." >&2
    exit 2
fi
command -v nvidia-smi > /dev/null && nvidia-smi >> "$results/gpu.txt"

# The compiler's own report: registers, local memory, warnings.
if command -v nvcc > /dev/null; then
    architecture=sm_$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -n 1 | tr -d .)
    : > "$results/nvcc.txt"
    for real in float double; do
        limited 30 nvcc "-arch=$architecture" "-DREAL=$real" -Xptxas -v -cubin -o /dev/null "$here/kernels/backend.cu" >> "$results/nvcc.txt" 2>&1 ||
            { exit=1; echo "error: nvcc does not compile the kernels with REAL = $real: see $results/nvcc.txt" >&2; }
    done
fi

# Here nothing may be skipped for want of a card.
echo "Conformance: the tests of the category Gpu; an epoch of LeNet-5, twice, takes the longest."
REFNET_TEST_CARD=1 limited 100 "$here/bin/RefNet.Tests" --filter TestCategory=Gpu > "$results/conformance.txt" 2>&1 ||
    { exit=1; echo "error: conformance failed: see $results/conformance.txt. Each table still compares what it times." >&2; }
tail -n 12 "$results/conformance.txt"

# PyTorch's times are left out where it is not there.
rm -f "$results/pytorch.json"
if [ -n "$python" ] && "$python" -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2> /dev/null; then
    limited 90 "$python" "$here/bin/PyTorch/gpu.py" "$results/pytorch.json" $small > "$results/pytorch.txt" 2>&1
    tail -n 3 "$results/pytorch.txt"
else
    echo "PyTorch with CUDA was not found: its columns stay empty."
fi

# The most wanted first.
: > "$results/timings.md"
: > "$results/errors.txt"
for table in lenet5:40 steps:200 convolutions:110 products:40; do
    limited "${table#*:}" "$here/bin/RefNet.Benchmarks" gpu --pytorch "$results/pytorch.json" $small "${table%:*}" >> "$results/timings.md" 2>> "$results/errors.txt" ||
        { exit=1; echo "error: the table ${table%:*} is wrong or not whole" >&2; }
done
cat "$results/timings.md" "$results/errors.txt"
echo "Results: $results"
exit $exit
