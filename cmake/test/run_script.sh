#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run_script.sh RUN: the `run` script against stand-ins for dpkg-query, apt-get, id, cmake and ctest, so that set-up,
# counting and exit codes are proved without installing or building anything.
set -u
script=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/tree/build/release/bin" "$work/tree/rtl-stubs/test" "$work/stub"
cp "$script" "$work/tree/run"
failures=0

for tool in env bash dirname mkdir grep cat rm sed nproc sleep; do
	ln -s "$(command -v $tool)" "$work/stub/$tool"
done
stub() { printf '#!/bin/bash\n%s\n' "$2" >"$work/stub/$1" && chmod +x "$work/stub/$1"; }
stub dpkg-query 'case " $MISSING " in *" ${@: -1} "*) exit 1 ;; esac; printf installed'
stub apt-get 'echo "apt-get $*" >>"$LOG"; case "$*" in *simulate*) exit ${SIMULATE:-0} ;; *) exit ${APT:-0} ;; esac'
stub verilator_coverage 'echo "verilator_coverage $*" >>"$LOG"'
stub lua5.4 'echo "lua $* in $PWD"; exit 5'
stub id 'echo "$FAKE_UID"'
stub cmake 'echo "cmake $*" >>"$LOG"; case "$*" in "--build --preset ${BROKEN:-none} "*) exit 1 ;; esac'
stub ctest 'while [ "$1" != --output-junit ]; do [ "$1" = --preset ] && preset=$2; shift; done; cat >"$2" <"$REPORTS/$preset"
grep -q -e "status=.fail" -e Unable "$2" && exit 8; exit 0'
printf '#!/bin/bash\necho "tandem $* in $PWD"\nexit 7\n' >"$work/tree/build/release/bin/tandem"
chmod +x "$work/tree/build/release/bin/tandem"

good='	<testcase name="a" classname="a" time="0" status="run">'
bad='	<testcase name="b" classname="b" time="0" status="fail">'
skip='	<testcase name="c" classname="c" time="0" status="notrun">
		<skipped message="SKIP_RETURN_CODE=77"/>'
gone='	<testcase name="d" classname="d" time="0" status="notrun">
		<skipped message="Unable to find executable"/>'
off='	<testcase name="e" classname="e" time="0" status="disabled">'
mkdir "$work/reports"
report() { printf '%s\n' "${@:2}" >"$work/reports/$1"; }

# run_it [VARIABLE=VALUE...] -- ARGS: fills $status, out and err
run_it() {
	local settings=()
	while [ "$1" != -- ]; do
		settings+=("$1")
		shift
	done
	shift
	: >"$work/log"
	env -i PATH="$work/stub" LOG="$work/log" REPORTS="$work/reports" MISSING= FAKE_UID=0 "${settings[@]}" \
		"$work/tree/run" "$@" >"$work/out" 2>"$work/err" <&-
	status=$?
}
claim() {   # claim SENTENCE STATUS [FILE TEXT]...: the exit status, and text that each file must hold
	local sentence=$1 wanted=$2 ok=yes
	shift 2
	[ "$status" -eq "$wanted" ] || ok="status $status, not $wanted"
	while [ $# -gt 0 ]; do
		grep -qF -- "$2" "$work/$1" || ok="no '$2' in $1"
		shift 2
	done
	if [ "$ok" = yes ]; then
		echo "ok: $sentence"
	else
		echo "WRONG: $sentence: $ok"
		cat "$work/out" "$work/err" "$work/log"
		failures=$((failures + 1))
	fi
}
claim_log() {   # claim_log SENTENCE PATTERN COUNT
	local count
	count=$(grep -c -- "$2" "$work/log")
	if [ "$count" -eq "$3" ]; then
		echo "ok: $1"
	else
		echo "WRONG: $1: '$2' $count times, not $3"
		cat "$work/log"
		failures=$((failures + 1))
	fi
}
two='MISSING=verilator libgtest-dev'

run_it "$two" -- --no-install build
claim "--no-install names what is missing and stops" 2 err "missing Debian packages: verilator libgtest-dev"
claim_log "... and installs nothing" apt-get 0
run_it "$two" FAKE_UID=1000 -- build
claim "neither root nor sudo is one sentence" 2 err "neither root nor sudo to install them: apt-get install verilator libgtest-dev"
run_it "$two" -- build
claim "root installs what is missing, then builds" 0 err "install verilator libgtest-dev"
claim_log "... by name, without asking" "install -y --no-install-recommends verilator libgtest-dev" 1
claim_log "... without an update that is not needed" "apt-get.*update" 0
run_it "$two" SIMULATE=100 -- build
claim_log "an unknown package brings one update" "apt-get.*update" 1
run_it "$two" APT=100 -- build
claim "a failing apt-get stops with its reason" 2 err "could not install verilator libgtest-dev"
run_it -- build
claim_log "nothing missing, nothing installed" apt-get 0

report release "$good" "$good" "$skip"
report asan-portable "$good" "$off"
run_it -- test
claim "test sums both runs" 0 out "3 passed, 0 failed, 2 skipped"
report asan-portable "$good" "$bad" "$gone"
run_it -- test
claim "a failed and a missing test count as failed" 1 out "3 passed, 2 failed, 1 skipped"
run_it BROKEN=asan-portable -- test
claim "a broken build counts as failed, the other half still runs" 1 out "2 passed, 1 failed, 1 skipped"
report asan-portable "$good" "$off"
run_it MISSING=slurm-wlm FAKE_UID=1000 -- test
claim "what only some tests need stops nobody" 0 out "3 passed, 0 failed, 2 skipped" err "going on: the tests that need one of them skip"
run_it MISSING=libgtest-dev FAKE_UID=1000 -- test
claim "what the build needs does" 2 err "apt-get install libgtest-dev"
report asan-portable "$good" "$bad" "$gone"
run_it BROKEN=asan-portable -- test
[ "$(grep -c ' passed, ' "$work/out")" -eq 1 ] || { echo "WRONG: more than one closing line"; failures=$((failures + 1)); }

report asan "$good" "$good"
report tsan "$good" "$skip"
run_it -- sanitize
claim "sanitize sums the address and the thread sanitizer" 0 out "3 passed, 0 failed, 1 skipped"

report rtl-coverage "$good"
run_it -- rtl-coverage
claim "rtl-coverage passes on what summary.lua says" 5 tree/build/rtl-coverage.md "rtl-stubs/coverage/summary.lua $work/tree/build/rtl-coverage/coverage/merged"
[ ! -e "$work/tree/docs" ] || { echo "WRONG: a page of a run that failed"; failures=$((failures + 1)); }
claim_log "... of a build of its own" "--build --preset rtl-coverage .*rtl_block_tests" 1
report rtl-coverage "$bad"
run_it -- rtl-coverage
claim "rtl-coverage stops at a failed test" 1 err "a test failed"

run_it -- presets
claim "presets passes on what check.lua says" 5 tree/build/presets.md "rtl-stubs/presets/check.lua scenarios tiny=build/rtl-tiny balanced=build/release"
claim_log "... of a build for each" "--build --preset \\(rtl-tiny\\|release\\|rtl-large\\) .*rtl_block_tests" 3
[ ! -e "$work/tree/docs" ] || { echo "WRONG: a page of a run that failed"; failures=$((failures + 1)); }
run_it BROKEN=rtl-tiny -- presets
claim "presets stops when a build fails" 1 err "the rtl-tiny build failed"

report rtl-coverage "$good"
run_it -- coverage rtl functional
claim "coverage measures what it is told and puts it on one page" 7 err "tandem results coverage --session all --store build/coverage/functional/results.db --output build/coverage/coverage.html" \
	err "tandem regress plans/smoke.lua --out build/coverage/functional" err "tandem explore --time 60s"
grep -q "coverage.sh" "$work/err" && { echo "WRONG: coverage measured what it was not told"; failures=$((failures + 1)); }
run_it -- coverage everything
claim "coverage knows its parts" 2 err "coverage has the parts functional, driver and rtl, not 'everything'"

run_it -- synth tiny
claim "synth names the tool it misses" 2 err "synth needs npm, which the Debian package npm has."

run_it -- demo
claim "demo passes tandem's exit code on" 7 out "tandem run scenarios/install/two_smmus.lua --on both"
run_it BROKEN=release -- demo
claim "demo stops when the build fails" 1 err "the build failed"
cd "$work/stub" || exit 1
run_it -- -j 3 tandem run x.lua -j 9 --no-install
claim "tandem gets its arguments untouched, where the user stands" 7 out "tandem run x.lua -j 9 --no-install in $work/stub"
claim_log "-j reaches the build" "--build --preset release -j 3" 1
run_it -- bench driver
claim "bench passes its arguments on" 7 out "tandem bench driver"
run_it -- performance
claim "performance measures first, and makes no page of a run that failed" 5 out "tb/perf/measure.lua build/release/bin/tandem scenarios"
[ "$(grep -c 'performance.lua' "$work/out")" -eq 0 ] || { echo "WRONG: a page of a run that failed"; failures=$((failures + 1)); }
run_it -- mutants --layer driver
claim "mutants passes its arguments on to the runner, and its exit code back" 5 out "mutants/run.lua --layer driver in $work/stub"
claim_log "... and builds nothing here" "cmake --build" 0
run_it -- help
claim "help answers on stdout" 0 out "usage: ./run"
run_it --
claim "no command is a mistake" 2 err "usage: ./run"
run_it -- frobnicate
claim "an unknown command is named" 2 err "frobnicate"
run_it -- -j many build
claim "-j wants a number" 2 err "-j takes a number"
[ $failures -eq 0 ]
