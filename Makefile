# yinxin: `make run` shows the system at work, `make test` tests it. Everything else is a part of these.

.DEFAULT_GOAL := help
DATA ?= yinxin-data
LISTEN ?= 127.0.0.1:8080
export DATA

# Nothing is built twice in CI: incremental files would only cost. Warnings are errors for clippy alone and not by
# RUSTFLAGS, which would build every dependency a second time.
ifdef CI
export CARGO_INCREMENTAL := 0
endif

.PHONY: e2e lighthouse help run way build test fmt lint tidy deny judges bench bench-peers fuzz clean

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile

build: ## the release binary, target/release/yinxin
	@sh scripts/prepare.sh run
	@test -x target/release/yinxin || echo "正在编译，首次约需十分钟 · building, which takes about ten minutes the first time"
	cargo build --release --locked --package yinxin-cli

run: build ## the portal over a demo country: says who can log in, serves until Ctrl-C (LISTEN=127.0.0.1:8080)
	@LISTEN=$(LISTEN) sh scripts/portal.sh

way: build ## one certificate's whole way by command line, ending with demo-copy.pdf and what tampering does
	@sh scripts/show-the-way.sh

test: ## everything that CI runs
	@sh scripts/test.sh

fmt: ## formats the sources
	cargo fmt --all

lint: ## formatting, clippy and tidy, without tests
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets --locked -- -D warnings
	cargo xtask tidy

deny: ## licences, bans and sources of dependencies (installs cargo-deny where it is missing)
	@command -v cargo-deny >/dev/null 2>&1 || cargo install --quiet --locked cargo-deny
	cargo deny --locked check licenses bans sources

e2e: ## the portal in a real browser: every page, both languages, telephone and window
	@sh scripts/viewer.sh
	cargo build --quiet --locked --package yinxin-cli
	sh scripts/e2e.sh

lighthouse: build ## the portal's main pages before Lighthouse: timed, no part of `make test`
	sh scripts/lighthouse.sh

judges: ## every outside judge of this machine over samples of every kind, in target/judges (ORACLES=1: two crates as well)
	cargo build --quiet --locked --package yinxin-cli
	rm -rf target/judges
	@ORACLES=$(ORACLES) sh interop/judges.sh target/judges

bench: ## the figures of docs/PERFORMANCE.md
	@test -x target/release/yinxin || echo "正在编译，首次约需十分钟 · building, which takes about ten minutes the first time"
	cargo build --release --locked --package yinxin-cli
	target/release/yinxin bench

bench-peers: ## copies beside pyHanko, EU DSS, OFDRW and typst, in one run
	@test -x target/release/yinxin || echo "正在编译，首次约需十分钟 · building, which takes about ten minutes the first time"
	cargo build --release --locked --package yinxin-cli
	@sh interop/bench-peers.sh

fuzz: ## coverage-guided fuzzing of every reader, SECONDS (60) for each target
	sh scripts/fuzz.sh $(or $(SECONDS),60)

clean: ## removes what was built; the data directory stays
	cargo clean --quiet
	rm -f demo-copy.pdf demo-copy.ofd demo-copy-tampered.pdf
