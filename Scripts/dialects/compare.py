"""Compares what benchmark tools print with what our dialects of them say; see Scripts/compare-dialects.sh."""
import argparse
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import venv

HERE = pathlib.Path(__file__).parent
REQUESTS = 20
LENGTH = 64
PROMPT = "Count from one to a hundred in words, and then back again."


class Run:
    """One tool against a server of its own."""

    def __init__(self, options, tool, port):
        self.options, self.tool, self.port = options, tool, port
        self.url = f"http://127.0.0.1:{port}"
        self.home = pathlib.Path(options.folder) / tool
        self.out = self.home / "out"

    def binary(self, name):
        return str(self.home / "venv" / "bin" / name)

    def call(self, command):
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)
        environment = {**os.environ, "PATH": f"{self.home}/venv/bin:{os.environ['PATH']}"}
        with open(self.out / "log", "w") as log:
            subprocess.run(command, check=True, cwd=self.out, env=environment, stdout=log, stderr=log, timeout=600)

    def found(self, pattern):
        files = sorted(self.out.rglob(pattern))
        if not files:
            raise RuntimeError(f"it left no {pattern}; see {self.out}/log")
        return json.loads(files[-1].read_text().splitlines()[-1] if pattern.endswith("jsonl") else files[-1].read_text())


def vllm(run):
    run.call([run.binary("vllm"), "bench", "serve", "--backend", "openai-chat", "--base-url", run.url, "--endpoint",
              "/v1/chat/completions", "--model", "known", "--tokenizer", run.options.tokenizer, "--dataset-name",
              "random", "--random-input-len", "16", "--random-output-len", str(LENGTH), "--num-prompts", str(REQUESTS),
              "--max-concurrency", "1", "--percentile-metrics", "ttft,tpot,itl,e2el", "--save-result",
              "--result-filename", "result.json"])
    result = run.found("result.json")
    return {"TTFT": result["mean_ttft_ms"], "TPOT": result["mean_tpot_ms"], "ITL": result["mean_itl_ms"],
            "E2EL": result["mean_e2el_ms"]}


def sglang(run):
    run.call([run.binary("python"), "-m", "sglang.bench_serving", "--backend", "sglang-oai-chat", "--base-url", run.url,
              "--model", "known", "--tokenizer", run.options.tokenizer, "--dataset-name", "random-ids",
              "--random-input-len", "16", "--random-output-len", str(LENGTH), "--random-range-ratio", "1.0",
              "--num-prompts", str(REQUESTS), "--max-concurrency", "1", "--output-file", "result.jsonl"])
    result = run.found("result.jsonl")
    return {"TTFT": result["mean_ttft_ms"], "TPOT": result["mean_tpot_ms"], "ITL": result["mean_itl_ms"],
            "E2E": result["mean_e2e_latency_ms"]}


def aiperf(run):
    run.call([run.binary("aiperf"), "profile", "--model", "known", "--url", run.url, "--endpoint-type", "chat",
              "--streaming", "--request-count", str(REQUESTS), "--concurrency", "1", "--use-server-token-count",
              "--tokenizer", run.options.tokenizer, "--synthetic-input-tokens-mean", "16", "--output-tokens-mean",
              str(LENGTH), "--artifact-dir", str(run.out), "--ui", "none"])
    result = run.found("profile_export_aiperf.json")
    names = {"TTFT": "time_to_first_token", "TTFO": "time_to_first_output_token", "ITL": "inter_token_latency",
             "ICL": "inter_chunk_latency", "E2E": "request_latency"}
    return {name: result[key]["avg"] for name, key in names.items() if key in result}


def guidellm(run):
    data = run.home / "prompts.jsonl"
    data.write_text("".join(json.dumps({"prompt": f"{index}. {PROMPT}"}) + "\n" for index in range(REQUESTS)))
    run.call([run.binary("guidellm"), "run", "--backend", f"kind=openai_http,target={run.url},model=known", "--profile",
              "kind=synchronous", "--constraint", f"kind=max_requests,count={REQUESTS}", "--data",
              f"kind=json_file,path={data}", "--output", "kind=json,path=result.json", "--disable-console"])
    metrics = run.found("result.json")["benchmarks"][0]["metrics"]
    names = {"TTFT": "time_to_first_token_ms", "TTFOT": "time_to_first_output_token_ms",
             "TPOT": "time_per_output_token_ms", "ITL": "inter_token_latency_ms"}
    figures = {name: metrics[key]["successful"]["mean"] for name, key in names.items()}
    figures["E2E"] = metrics["request_latency"]["successful"]["mean"] * 1000
    figures["E2E p90"] = metrics["request_latency"]["successful"]["percentiles"]["p90"] * 1000
    return figures


def inference_perf(run):
    config = run.home / "config.yml"
    config.write_text(json.dumps({
        "api": {"type": "chat", "streaming": True},
        "data": {"type": "mock"},
        "load": {"type": "concurrent", "num_workers": 1,
                 "stages": [{"num_requests": REQUESTS, "concurrency_level": 1}]},
        "server": {"type": "vllm", "model_name": "known", "base_url": run.url, "ignore_eos": True},
        "tokenizer": {"pretrained_model_name_or_path": run.options.tokenizer},
        "report": {"request_lifecycle": {"summary": True}},
        "storage": {"local_storage": {"path": str(run.out)}},
    }))
    run.call([run.binary("inference-perf"), "--config_file", str(config)])
    latency = run.found("summary_lifecycle_metrics.json")["successes"]["latency"]
    names = {"TTFT": "time_to_first_token", "TPOT": "time_per_output_token",
             "NTPOT": "normalized_time_per_output_token", "ITL": "inter_token_latency", "E2E": "request_latency"}
    return {name: latency[key]["mean"] * 1000 for name, key in names.items() if latency.get(key)}


def evalscope(run):
    run.call([run.binary("evalscope"), "perf", "--url", f"{run.url}/v1/chat/completions", "--api", "openai", "--model",
              "known", "--prompt", PROMPT, "--number", str(REQUESTS), "--parallel", "1", "--stream", "--max-tokens",
              str(LENGTH), "--no-test-connection", "--outputs-dir", str(run.out)])
    summary = run.found("benchmark_summary.json")

    def value(*words):
        key = next(key for key in summary if all(word in key.lower() for word in words))
        return float(summary[key])

    return {"TTFT": value("ttft"), "TPOT": value("tpot"), "ITL": value("itl"), "E2E": value("latency", "(s)") * 1000}


TOOLS = {
    "vllm": (vllm, ["vllm==0.32.0"]),
    "sglang": (sglang, ["sglang==0.5.23"]),
    "aiperf": (aiperf, ["aiperf==0.13.0"]),
    "guidellm": (guidellm, ["guidellm==0.8.1"]),
    "inference-perf": (inference_perf, ["inference-perf==0.7.0"]),
    "evalscope": (evalscope, ["evalscope[perf]==1.14.1"]),
}


def install(run, packages):
    if (run.home / "installed").exists():
        return
    venv.create(run.home / "venv", with_pip=True)
    subprocess.run([run.binary("pip"), "install", "--quiet", *packages], check=True)
    (run.home / "installed").touch()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    def __init__(self, options):
        self.port = free_port()
        command = [sys.executable, str(HERE / "server.py"), str(self.port)]
        self.process = subprocess.Popen(command + (["--reasoning"] if options.reasoning else []))

    def __enter__(self):
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health").close()
                return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def ours(options, tool, port):
    command = [options.llm_bench, "--base-url", f"http://127.0.0.1:{port}", "--model", "known", "--num-prompts",
               str(REQUESTS), "--max-concurrency", "1", "--dataset-name", "fixed", "--prompt", PROMPT,
               "--output-len", str(LENGTH), "--dialects", tool, "--json"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    dialect = json.loads(output)["report"]["dialects"][0]
    figures = {figure["name"]: figure["latency_ms"].get("mean") for figure in dialect["figures"]}
    for figure in dialect["figures"]:
        for entry in figure["latency_ms"]["percentiles"]:
            figures[f"{figure['name']} p{entry['p']:g}"] = entry.get("value")
    return dialect["title"], dialect["version"], figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tools", nargs="*", metavar="TOOL")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--llm-bench", required=True)
    parser.add_argument("--tokenizer", default="gpt2")
    parser.add_argument("--reasoning", action="store_true")
    options = parser.parse_args()
    unknown = set(options.tools) - set(TOOLS)
    if unknown:
        parser.error(f"no tool is called {', '.join(sorted(unknown))}; the names are {', '.join(TOOLS)}")
    print(f"{'tool':<24}{'figure':<14}{'theirs':>10}{'ours':>10}{'difference':>12}")
    failed = []
    for tool in options.tools or TOOLS:
        measure, packages = TOOLS[tool]
        try:
            with Server(options) as server:
                run = Run(options, tool, server.port)
                install(run, packages)
                theirs = measure(run)
            with Server(options) as server:
                title, version, own = ours(options, tool, server.port)
        except Exception as error:  # whatever a tool does, the others are compared all the same
            failed.append(f"{tool}: {error}")
            continue
        for name, value in theirs.items():
            mine = own.get(name)
            shown = "-" if mine is None else f"{mine:.1f}"
            difference = "-" if mine is None or not value else f"{(mine - value) / value * 100:+.1f} %"
            print(f"{title + ' ' + version:<24}{name:<14}{value:>10.1f}{shown:>10}{difference:>12}", flush=True)
    for line in failed:
        print(f"not compared: {line}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
