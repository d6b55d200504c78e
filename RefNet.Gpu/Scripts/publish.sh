#!/bin/sh
# Packs all that a Linux machine with an NVIDIA card needs to test and time RefNet there, without an SDK; MNIST is not in it, so
# it is unpacked in a checkout:
#
#   RefNet.Gpu/Scripts/publish.sh [FILE]        makes FILE, refnet-gpu.tar.xz where none is named
#
# and there, in the checkout: tar xf refnet-gpu.tar.xz && refnet-gpu/on-card.sh
# Where xz is missing: python3 -c 'import tarfile; tarfile.open("refnet-gpu.tar.xz").extractall(filter="data")'
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
file=${1:-refnet-gpu.tar.xz}
mkdir -p "$(dirname "$file")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/refnet-gpu

# All programs in one folder: they share the runtime.
for project in RefNet.Console RefNet.Benchmarks RefNet.Tests; do
    dotnet publish "$root/$project" -c Release -r linux-x64 --self-contained -m:1 -o "$out/bin" \
        -p:TestsAsProgram=true -p:DebugType=none -p:InvariantGlobalization=true -p:SatelliteResourceLanguages=en
done

# What only debuggers, profilers and other machines load.
cd "$out/bin"
rm -rf Microsoft.CodeCoverage amd64 x86 arm64 ./*.xml createdump libcapstone.so libmscordaccore.so libmscordbi.so libclrgc*.so libcoreclrtraceptprovider.so
cd "$OLDPWD"

cp "$root/RefNet.Gpu/Scripts/on-card.sh" "$out/"
cp -r "$root/RefNet.Gpu/Kernels" "$out/kernels"

tar cJf "$file" -C "$work" refnet-gpu
ls -l "$file"
