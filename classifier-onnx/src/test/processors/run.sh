#!/bin/sh
# Computes the examples of all models on other processors than this one, emulated by QEMU, and prints a table. Not part of the build:
# it takes minutes. Needs Debian's qemu-user (`apt-get install qemu-user`), Python 3.11 with venv, PyPI, and for AArch64 Debian's
# archive. KINDS names some of the kinds below, to try those alone.
#
#     src/test/processors/run.sh                 all models, by Python's ONNX Runtime, on every kind of processor
#     src/test/processors/run.sh java TESTS      this module's tests TESTS (surefire's -Dtest) in a JVM, on every kind of processor
set -eu
here=$(cd "$(dirname "$0")" && pwd)
module=$(cd "$here/../../.." && pwd)
work=$module/target/processors
version=1.28.0
# AVX2 with FMA and without VNNI; AVX and FMA; SSE4.2; ARMv8.2 with products of 8 bits
kinds=${KINDS:-Haswell Haswell,-avx2 Nehalem aarch64}
mkdir -p "$work"

# Programs of AArch64 are Debian's packages, unpacked. ONNX Runtime and Java read /proc/cpuinfo, where QEMU shows that of this machine.
arm=$work/aarch64
debian() {
    if [ ! -f "$arm/apt.conf" ]; then
        mkdir -p "$arm/state/lists/partial" "$arm/cache/archives/partial" "$arm/root/proc" "$arm/none"
        : >"$arm/status"
        cat >"$arm/apt.conf" <<EOF
Dir::State "$arm/state"; Dir::State::status "$arm/status"; Dir::Cache "$arm/cache"; Dir::Etc::Parts "$arm/none";
APT::Architecture "arm64"; APT::Architectures { "arm64"; }; APT::Install-Recommends "false"; APT::Sandbox::User "root";
EOF
        APT_CONFIG="$arm/apt.conf" apt-get -qq update
        printf 'processor\t: 0\nFeatures\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nCPU revision\t: 1\n\n' \
            >"$arm/root/proc/cpuinfo"
    fi
    APT_CONFIG="$arm/apt.conf" apt-get -qq -y install --download-only "$@" >/dev/null
    for package in "$arm"/cache/archives/*.deb; do dpkg -x "$package" "$arm/root"; done
}

if [ "${1:-}" = java ]; then
    for kind in $kinds; do
        mkdir -p "$work/$kind/bin" "$work/$kind/root/proc"
        # Java reads what the processor can from /proc/cpuinfo, unless -L has another.
        case $kind in
            aarch64)
                [ -d "$arm/root/usr/lib/jvm" ] || debian openjdk-17-jre-headless
                emulator="qemu-aarch64 -cpu neoverse-n1 -L '$arm/root' '$arm/root/usr/lib/jvm/java-17-openjdk-arm64/bin/java'" ;;
            *)
                case $kind in
                    Haswell) flags='sse4_1 avx avx2 fma' ;;
                    Nehalem) flags='sse4_1' ;;
                    *) flags='sse4_1 avx fma' ;;
                esac
                printf 'processor\t: 0\nflags\t\t: %s\n\n' "$flags" >"$work/$kind/root/proc/cpuinfo"
                emulator="qemu-x86_64 -L '$work/$kind/root' -cpu $kind '$(command -v java)'" ;;
        esac
        printf '#!/bin/sh\nexec %s -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "$@" 2>>"%s"\n' "$emulator" "$work/$kind/stderr" \
            >"$work/$kind/bin/java"
        chmod +x "$work/$kind/bin/java"
        echo "== $kind"
        (cd "$module/.." && ./mvnw -q -B -pl classifier-onnx -am -DskipITs -Djvm="$work/$kind/bin/java" \
            -Dtest="$2" -Dsurefire.failIfNoSpecifiedTests=false test) || echo "== $kind: failed"
    done
    exit
fi

python=$work/python/bin/python
if [ ! -x "$python" ]; then
    python3 -m venv "$work/python"
    "$python" -m pip -q install "onnxruntime==$version" numpy
fi

printf '| processor | model | examples | largest difference | best label agrees |\n|---|---|---|---|---|\n'
"$python" "$here/parity.py" "this one ($(uname -m))"
for kind in $kinds; do
    if [ "$kind" = aarch64 ]; then
        if [ ! -d "$arm/site" ]; then
            debian python3 libstdc++6
            "$python" -m pip -q install --platform manylinux_2_28_aarch64 --platform manylinux_2_27_aarch64 \
                --platform manylinux2014_aarch64 --python-version 3.11 --only-binary=:all: --target "$arm/site" \
                "onnxruntime==$version" numpy
        fi
        PYTHONPATH=$arm/site qemu-aarch64 -cpu neoverse-n1 -L "$arm/root" "$arm/root/usr/bin/python3.11" "$here/parity.py" aarch64
    else
        qemu-x86_64 -cpu "$kind" "$python" "$here/parity.py" "$kind" 2>"$work/stderr"
    fi
done
