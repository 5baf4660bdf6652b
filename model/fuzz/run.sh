#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the libFuzzer targets of the model core (clang, ASan, UBSan) and runs them one after the other.
# What was found is kept in build/fuzz/corpus/TARGET for the next run; an input that crashes in build/fuzz/crash-*.
# Exit status: 0 nothing found, 1 a target crashed, hung or did not build, 2 usage.
set -u
cd "$(dirname "$0")/../.." || exit 2
seconds=600
usage() {
	cat <<'TEXT'
usage: model/fuzz/run.sh [-t SECONDS] [TARGET...]

  TARGET      mmio (register accesses), commands (command queue), tables (memory contents); default: all three
  -t SECONDS  for each target, default 600
TEXT
}
targets=()
while [ $# -gt 0 ]; do
	case $1 in
	-t)
		[[ ${2-} =~ ^[1-9][0-9]*$ ]] || { echo "run.sh: -t takes a number of seconds." >&2; exit 2; }
		seconds=$2
		shift
		;;
	mmio | commands | tables) targets+=("$1") ;;
	-h | --help) usage; exit ;;
	*) echo "run.sh: no target or option '$1': mmio, commands, tables, -t." >&2; exit 2 ;;
	esac
	shift
done
[ ${#targets[@]} -gt 0 ] || targets=(mmio commands tables)
command -v clang >/dev/null || { echo "run.sh: clang is missing (Debian package clang)." >&2; exit 1; }
mkdir -p build/fuzz
cmake --preset fuzz >build/fuzz/configure.log 2>&1 || { cat build/fuzz/configure.log >&2; exit 1; }
cmake --build build/fuzz -j 2 --target "${targets[@]/#/fuzz.}" >build/fuzz/build.log 2>&1 || { cat build/fuzz/build.log >&2; exit 1; }
status=0
for target in "${targets[@]}"; do
	corpus=build/fuzz/corpus/$target log=build/fuzz/$target.log
	mkdir -p "$corpus"
	# A hang is an input that takes 10 seconds; the step bounds of the harness find endless loops much earlier.
	if build/fuzz/bin/fuzz."$target" -max_total_time="$seconds" -timeout=10 -max_len=8192 -print_final_stats=1 \
		-artifact_prefix=build/fuzz/crash- "$corpus" >"$log" 2>&1; then
		echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions in $seconds s, nothing found," \
			"$(find "$corpus" -type f | wc -l) inputs kept"
	else
		echo "$target: FOUND something, see $log"
		status=1
	fi
done
exit $status
