#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The shared library defines exactly the functions of tandem.h and sc_main; the archive defines them all, and leaves
# nothing of ours undefined; the page describes every function. Usage: check_symbols.sh NM LIBTANDEM.SO LIBTANDEM.A TANDEM.H PAGE
set -eu
nm=$1 shared=$2 archive=$3 header=$4 page=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

grep -o '\<tandem_[a-z0-9_]* *(' "$header" | tr -d ' (' | sort -u > "$work/declared"
{ cat "$work/declared"; echo sc_main; } | sort > "$work/expected"
"$nm" -D --defined-only "$shared" | awk '{ print $3 }' | sort > "$work/exported"
if ! diff "$work/expected" "$work/exported"; then
  echo "the shared library exports something else than the functions of $header (< expected, > exported)" >&2
  exit 1
fi

"$nm" -A "$archive" 2>/dev/null | awk '$2 == "U" { print $3 }' | sort -u > "$work/undefined"
"$nm" "$archive" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u > "$work/defined"
missing=$(comm -23 "$work/declared" "$work/defined")
if [ -n "$missing" ]; then
  echo "the archive lacks $missing" >&2
  exit 1
fi
# Ours: namespaces tandem, smmu_model_tlm, smmu_rtl, smmu_tlm, the C core's smmu_ prefix, Verilated classes.
ours=$(comm -23 "$work/undefined" "$work/defined" | grep -E '^(tandem_|smmu|_ZN6tandem|_ZN14smmu_model_tlm|_ZN8smmu_rtl|_ZN8smmu_tlm|_ZN?V?K?N?1?[0-9]*Vsmmu)' || true)
if [ -n "$ours" ]; then
  echo "the archive needs parts of ours that it does not contain:" "$ours" >&2
  exit 1
fi

# `tandem_engine_read32`, `_write32`: the page may leave out what a name shares with the one before it.
for name in $(cat "$work/declared"); do
  case $name in
    tandem_mmio_*) short=_${name#tandem_mmio_} whole='`tandem_mmio_read32`' ;;
    tandem_engine_read* | tandem_engine_write*) short=_${name#tandem_engine_} whole='`tandem_engine_read32`' ;;
    *) short='' whole="\`$name(" ;;
  esac
  if ! grep '^|' "$page" | grep -F "$whole" | grep -qF -e "$short" -e "\`$name\`"; then
    echo "$page has no row for $name" >&2
    exit 1
  fi
done
