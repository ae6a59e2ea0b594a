import ArgumentParser
import NPUMetrics
import NPUTestKit

/// Which service, and how to reach it.
struct TargetOptions: ParsableArguments {
  @Option(help: "Base address, such as http://127.0.0.1:8000 or unix:/path. Without it a simulator is started.")
  var baseURL: String?
  @Option(help: "Model name; without it the first that the service lists.")
  var model: String?
  @Option(help: "Kind of endpoint: openai-chat or openai (completions).")
  var backend = Backend.chat
  @Option(help: "Path of the endpoint, where it is not the usual one.")
  var endpoint: String?
  @Option(name: .customLong("header"), help: "Another header field, as \"Name: value\". Repeatable.")
  var headers: [String] = []
  @Option(help: "Environment variable that holds the API key.")
  var apiKeyVariable = "OPENAI_API_KEY"
  @Option(help: "PEM file of authorities to trust instead of the system's.")
  var cacert: String?
  @Option(help: "PEM file of the client certificate.")
  var cert: String?
  @Option(help: "PEM file of the client certificate's key.")
  var key: String?
  @Flag(help: "Do not check the server's certificate.")
  var insecure = false
  @Option(help: "Proxy to go through, such as http://proxy.example:3128.")
  var proxy: String?
  @Option(help: "Seconds that a connection may take.")
  var connectTimeout = 30.0
  @Option(help: "Seconds that the first byte of an answer may take.")
  var firstByteTimeout = 600.0
  @Option(help: "Seconds of silence inside an answer.")
  var idleTimeout = 120.0
  @Option(help: "Seconds that a request may take in all; no limit without it.")
  var timeout: Double?
  @Flag(help: "Open a new connection for each request.")
  var freshConnections = false

  enum Backend: String, ExpressibleByArgument, CaseIterable {
    case chat = "openai-chat"
    case completions = "openai"
  }
}

/// How much to send, and how fast.
struct LoadOptions: ParsableArguments {
  @Option(help: "Measured requests. Default 100, or no limit with --duration.")
  var numPrompts: Int?
  @Option(help: "Seconds to measure.")
  var duration: Double?
  @Option(help: "Requests per second of an open loop, or inf for all at once. Without it: a closed loop.")
  var requestRate: Double?
  @Option(help: "Shape of the arrivals: 1 Poisson, less is burstier, inf constant.")
  var burstiness = 1.0
  @Option(help: "Most requests at one time; in a closed loop the number of them. Default 16 in a closed loop.")
  var maxConcurrency: Int?
  @Option(help: "Requests sent before the measurement.")
  var numWarmups = 0
  @Option(help: "Seconds over which a closed loop spreads its first requests.")
  var rampUp: Double?
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 0
}

/// What to ask.
struct PromptOptions: ParsableArguments {
  @Option(help: "Where prompts come from: random, custom (JSON Lines), sharegpt, fixed.")
  var datasetName = Dataset.random
  @Option(help: "File of custom or sharegpt prompts.")
  var datasetPath: String?
  @Option(help: "The prompt of the fixed dataset.")
  var prompt = "Explain quantum computing in detail."
  @Option(help: "Tokens of a random prompt.")
  var randomInputLen = 1024
  @Option(help: "Most tokens of an answer.")
  var randomOutputLen = 128
  @Option(help: "Random lengths spread by this share around the two above.")
  var randomRangeRatio = 0.0
  @Option(help: "Tokens that all random prompts begin with.")
  var randomPrefixLen = 0
  @Flag(inversion: .prefixedNo, help: "Generate to the full length. Default: for random prompts.")
  var ignoreEos: Bool?
  @Option(help: "Sampling temperature.")
  var temperature: Double?
  @Option(help: "JSON object whose members are added to each request.")
  var extraBody: String?

  enum Dataset: String, ExpressibleByArgument, CaseIterable { case random, custom, sharegpt, fixed }
}

/// What to report, and where.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output; progress and notes go to standard error.")
  var json = false
  @Flag(help: "Print the table as Markdown.")
  var markdown = false
  @Option(parsing: .upToNextOption, help: "Limits that each request must keep, in ms: ttft:500 tpot:50 e2el:1000.")
  var goodput: [String] = []
  @Option(parsing: .upToNextOption, help: "Limits that the service must keep, such as ttft:p99<500ms.")
  var slo: [String] = []
  @Option(help: "Metrics of the result file, separated by commas.")
  var percentileMetrics = "ttft,tpot,itl,e2el"
  @Option(help: "Percentiles, separated by commas. Default 50,90,95,99 in the report and 99 in the result file.")
  var metricPercentiles: String?
  @Option(help: "Report the requests in the definitions of other tools too: all, or names separated by commas.")
  var dialects: String?
  @Flag(help: "Write the result file of vllm bench serve.")
  var saveResult = false
  @Flag(help: "Keep every request's figures and texts in the result file.")
  var saveDetailed = false
  @Option(help: "Folder of the result file.")
  var resultDir = "."
  @Option(help: "Name of the result file, where it is not the usual one.")
  var resultFilename: String?
  @Option(help: "Name of the run in the result file.")
  var label: String?
  @Option(parsing: .upToNextOption, help: "Entries for the result file, as key=value.")
  var metadata: [String] = []
  @Option(help: "Journal: a line of JSON for each request.")
  var record: String?
  @Option(help: "Token stamps of the journal: all or none.")
  var recordTokens = TokenStamps.all
  @Option(help: "Compute the report of a journal again; nothing is sent.")
  var replay: String?

  enum TokenStamps: String, ExpressibleByArgument, CaseIterable { case all, none }
}
