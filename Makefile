# The habits of the package, one word each. The work is done by the scripts in Scripts/, which also run without make.

.DEFAULT_GOAL := help
.PHONY: help demo test lint format samples docs sanitize bench soak fuzz api-check

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Build llm-bench and measure the built-in simulator for a quarter of a minute.
	@Scripts/demo.sh

test: ## Check the sources, build everything, run all tests.
	@Scripts/test.sh

lint: ## Check the format of the sources and the shell scripts.
	@Scripts/lint.sh

format: ## Put the sources into the format that lint asks for.
	@Scripts/format.sh

samples: ## Copy the Swift samples of the documents to where the build compiles them.
	@Scripts/samples.sh

docs: ## Build the documentation into .build/documentation.
	@Scripts/docs.sh

sanitize: ## Run the concurrent parts' tests under the thread sanitizer.
	@Scripts/sanitize.sh

bench: ## Time the kernels of NPUMetrics, or compare them with AGAINST=revision.
	@Scripts/bench.sh $(if $(AGAINST),--against $(AGAINST))

soak: ## Load a simulator for an hour at 200 requests a second, and judge our own memory; DURATION=, RATE= set others.
	@DURATION="$(DURATION)" RATE="$(RATE)" Scripts/soak.sh

fuzz: ## Feed broken input to the decoders and text kernels, a minute each.
	@Scripts/fuzz.sh

api-check: ## Compare the public API with the last tag, or with REVISION=main.
	@Scripts/api-check.sh $(REVISION)
