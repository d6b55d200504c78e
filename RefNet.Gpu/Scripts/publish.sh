#!/bin/sh
# Packs all that a Linux machine with an NVIDIA card needs to test and time RefNet there, without an SDK:
#
#   RefNet.Gpu/Scripts/publish.sh [FILE]        makes FILE, refnet-gpu.tar.xz where none is named
#
# and there: tar xf refnet-gpu.tar.xz && refnet-gpu/on-card.sh
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
file=${1:-refnet-gpu.tar.xz}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/refnet-gpu

# All programs in one folder: they share the runtime.
for project in RefNet.Console RefNet.Benchmarks RefNet.Tests; do
    dotnet publish "$root/$project" -c Release -r linux-x64 --self-contained -p:TestsAsProgram=true -p:DebugType=none -o "$out/bin"
done
rm -rf "$out/bin/Microsoft.CodeCoverage"

# The tests find the data beside the file that marks a checkout.
mkdir "$out/data"
cp -r "$root/data/mnist" "$out/data/"
cp "$root/RefNet.sln" "$out/"
cp "$root/RefNet.Gpu/Scripts/on-card.sh" "$out/"

tar cJf "$file" -C "$work" refnet-gpu
ls -l "$file"
