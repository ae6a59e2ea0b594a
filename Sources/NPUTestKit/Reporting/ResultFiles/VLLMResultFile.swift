internal import NPUBase
public import NPULoad
internal import NPUMetrics

/// The result file of a load test in the schema of vLLM's serving benchmark: one flat JSON object.
///
/// Its figures are in the definitions of vLLM (``MetricDialect/vLLM``), so that dashboards keep their meaning; a figure
/// that a request or the run does not have is `null` where vLLM writes 0. The kit's own report stands under the key `nputestkit`.
public struct VLLMResultFile: Sendable {
  /// The requests of the file.
  public var builder: VLLMResultBuilder
  /// The kit's own report on the same requests.
  public var report: LoadReport
  /// When the run began, as `YYYYmmdd-HHMMSS`; see ``date(unixNanoseconds:secondsFromUTC:)``.
  public var date: String
  /// Keys of the caller's own at the top level, written as strings.
  public var metadata: [String: String]

  /// Creates a file.
  public init(builder: VLLMResultBuilder, report: LoadReport, date: String, metadata: [String: String] = [:]) {
    self.builder = builder
    self.report = report
    self.date = date
    self.metadata = metadata
  }

  /// The name that vLLM would give the file: label, rate, concurrency, model and date.
  ///
  /// The label is free text, and the service may have named the model: what no file name can hold, or would steer a
  /// terminal that shows it, is an underscore. Both are cut where the name would be too long for a file system.
  public var name: String {
    let run = report.run
    let rate = run.requestRate.map { "\($0)" } ?? "inf"
    let concurrency = run.maxConcurrency.map { "-concurrency\($0)" } ?? ""
    var label = Self.word(run.label ?? run.endpointType ?? Self.defaultEndpoint)
    var model = Self.word(run.model?.split(separator: "/").last.map(String.init) ?? "model")
    let (middle, end) = ("-\(rate)qps\(concurrency)-", "-\(date).json")
    let room = max(0, Self.longestName - middle.utf8.count - end.utf8.count)
    // A short one leaves its share of the room to the other.
    model = Self.beginning(of: model, max(room / 2, room - label.utf8.count))
    label = Self.beginning(of: label, room - model.utf8.count)
    return label + middle + model + end
  }

  /// File systems take 255 bytes; a further file of the name has a number in it.
  private static let longestName = 250

  private static func word(_ text: String) -> String {
    let isOdd = { (scalar: Unicode.Scalar) in scalar == "/" || scalar == "\\" || scalar.isSteering }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isOdd($0) ? "_" : $0 }))
  }

  /// As many characters as fit into so many bytes.
  private static func beginning(of text: String, _ limit: Int) -> String {
    var beginning = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      count += UTF8.width(scalar)
      if count > limit { break }
      beginning.append(scalar)
    }
    return String(beginning)
  }

  /// The moment as `YYYYmmdd-HHMMSS`.
  ///
  /// - Parameters:
  ///   - unixNanoseconds: Nanoseconds since 1970 in UTC.
  ///   - secondsFromUTC: How far local time is ahead; vLLM writes local time.
  /// - Returns: The text for the file and its name.
  public static func date(unixNanoseconds: Int64, secondsFromUTC: Int = 0) -> String {
    let seconds = Int(unixNanoseconds / 1_000_000_000).addingHeld(secondsFromUTC)
    // Rounded down, so that the time of day is not negative before 1970.
    let days = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
    let time = seconds - days * 86_400
    let date = CivilDate(daysSince1970: days)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(date.year)\(two(date.month))\(two(date.day))-\(two(time / 3600))\(two(time / 60 % 60))\(two(time % 60))"
  }

  /// The file as one line of JSON, keys in vLLM's order.
  ///
  /// - Throws: The encoder's error for the kit's own part.
  public func json() throws -> String {
    var json = JSONByteWriter()
    json.beginObject()
    writeSettings(to: &json)
    writeTotals(to: &json)
    writeRows(to: &json)
    json.field("max_output_tokens_per_s", peakChunks)
    json.field("max_concurrent_requests", Double(peakConcurrency))
    json.field("rtfx", nil as Double?)
    for metric in builder.options.metrics { try write(metric, to: &json) }
    try writeOwn(to: &json)
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static let defaultEndpoint = "openai-chat"

  private func writeSettings(to json: inout JSONByteWriter) {
    let run = report.run
    let endpoint = run.endpointType ?? Self.defaultEndpoint
    json.field("date", date)
    json.field("endpoint_type", endpoint)
    json.field("backend", endpoint)
    json.field("label", run.label)
    json.field("model_id", run.model)
    json.field("tokenizer_id", run.tokenizer ?? run.model)
    json.integer("num_prompts", run.plannedRequests ?? builder.rows.count)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where !Self.ownKeys.contains(key) {
      json.field(key, value)
    }
    if let rate = run.requestRate { json.field("request_rate", rate) } else { json.field("request_rate", "inf") }
    json.field("burstiness", run.burstiness ?? 1)
    json.integer("max_concurrency", run.maxConcurrency)
  }

  /// Keys of the head that a caller's own must not repeat.
  package static let ownKeys: Set<String> = [
    "date", "endpoint_type", "backend", "label", "model_id", "tokenizer_id", "num_prompts", "request_rate",
    "burstiness",
    "max_concurrency", "nputestkit",
  ]

  private func writeTotals(to json: inout JSONByteWriter) {
    let seconds = report.window.seconds
    func rate(_ amount: Int) -> Double? { seconds > 0 ? Double(amount) / seconds : nil }
    let completed = builder.completed
    let knowsOutput = builder.outputUnknown < completed || completed == 0
    let knowsInput = builder.inputUnknown < completed || completed == 0
    json.field("duration", seconds)
    json.integer("completed", completed)
    json.integer("failed", builder.rows.count - completed)
    json.integer("total_input_tokens", knowsInput ? builder.inputTokens : nil)
    json.integer("total_output_tokens", knowsOutput ? builder.outputTokens : nil)
    json.field("request_throughput", rate(completed))
    json.field("request_goodput", builder.options.goodput.isEmpty ? nil : rate(builder.good))
    json.field("output_throughput", knowsOutput ? rate(builder.outputTokens) : nil)
    let total = builder.inputTokens.addingHeld(builder.outputTokens)
    json.field("total_token_throughput", knowsOutput && knowsInput ? rate(total) : nil)
  }

  private func writeRows(to json: inout JSONByteWriter) {
    let details = builder.details
    if builder.options.isDetailed {
      json.array("input_lens", details) { $0.optional($1.inputLength) }
      json.array("output_lens", details) { $0.optional($1.outputLength) }
      json.array("ttfts", details) { $0.optional($1.ttft) }
      json.array("itls", details) { json, detail in
        json.beginArray()
        for gap in detail.gaps { json.value(gap) }
        json.endArray()
      }
    }
    json.array("latencies", builder.rows) { $0.optional($1.latency) }
    if builder.options.isDetailed { json.array("start_times", builder.rows) { $0.value(Self.seconds($1.start)) } }
    json.array("queue_times", builder.rows) { $0.value($1.queue) }
    if builder.options.isDetailed {
      json.array("generated_texts", details) { $0.value($1.text) }
      json.array("errors", details) { $0.value($1.error) }
    }
  }

  private static func seconds(_ instant: MonotonicInstant) -> Double { Double(instant.nanoseconds) / 1e9 }

  private func write(_ metric: VLLMResultOptions.Metric, to json: inout JSONByteWriter) throws {
    guard let store = builder.stores[metric] else { return }
    let summary = try store.summary(percentiles: [50] + builder.options.percentiles, unit: .milliseconds)
    // Gaps of some requests only would look like the gaps of all.
    let isKnown = metric != .itl || !builder.lacksStamps
    let name = metric.rawValue
    json.field("mean_\(name)_ms", isKnown ? summary.mean : nil)
    json.field("median_\(name)_ms", isKnown ? summary.percentiles.first?.value : nil)
    json.field("std_\(name)_ms", isKnown ? summary.standardDeviationPopulation : nil)
    for entry in summary.percentiles.dropFirst() {
      json.field("p\(NumberText.plain(entry.percent))_\(name)_ms", isKnown ? entry.value : nil)
    }
  }

  private func writeOwn(to json: inout JSONByteWriter) throws {
    json.key("nputestkit")
    json.beginObject()
    json.field("dialect", MetricDialect.vLLM.name)
    json.integer("definitions", report.definitions)
    json.key("token_sources")
    json.beginObject()
    for (source, count) in report.tokens.sources.sorted(by: { $0.key < $1.key }) { json.integer(source, count) }
    json.endObject()
    if let seed = report.run.seed {
      json.key("seed")
      json.raw("\(seed)")
    } else {
      json.integer("seed", nil)
    }
    if let dataset = report.run.dataset {
      json.field("dataset", dataset.name)
      json.field("dataset_path", dataset.path)
      json.field("dataset_sha256", dataset.sha256)
    }
    // Which entry of the data set each request sent; the report below says more of the data set.
    if builder.details.contains(where: { $0.entry != nil }) {
      json.array("prompt_entries", builder.details) { json, detail in
        if let entry = detail.entry { json.value(entry) } else { json.null() }
      }
    }
    json.field("host", report.run.host)
    json.key("versions")
    json.beginObject()
    for (name, version) in report.run.versions.sorted(by: { $0.key < $1.key }) { json.field(name, version) }
    json.endObject()
    json.key("report")
    json.raw(try report.json(pretty: false))
    json.endObject()
  }

  /// The first start of a completed request, where vLLM's seconds begin.
  private var firstStart: MonotonicInstant? { builder.rows.lazy.filter(\.isCompleted).map(\.start).min() }

  /// The most chunks in one second, as vLLM counts them; `nil` where some have no instant.
  private var peakChunks: Double? {
    guard !builder.lacksStamps else { return nil }
    guard let chunks = builder.chunks, let firstStart else { return 0 }
    guard chunks.earlyCount == 0 else { return nil }
    let skipped = max(0, Int((firstStart.nanoseconds &- chunks.start) / chunks.width))
    let perSecond = max(1, Int(1_000_000_000 / chunks.width))
    var most = 0.0
    var first = skipped
    while first < chunks.sums.count {
      let end = min(first + perSecond, chunks.sums.count)
      most = max(most, chunks.sums[first..<end].reduce(0, +))
      first = end
    }
    return most
  }

  /// The most requests that touch the same second, as vLLM counts them: more than ever ran at one time.
  private var peakConcurrency: Int {
    guard let firstStart else { return 0 }
    let intervals = builder.rows.lazy.filter(\.isCompleted).map { row in
      let start = firstStart.duration(to: row.start).seconds
      return ConcurrencyProfile.Interval(start: Int64(start), end: Int64(start + (row.latency ?? 0)) + 1)
    }
    return ConcurrencyProfile(of: intervals).maximum
  }
}

extension JSONByteWriter {
  fileprivate mutating func optional(_ number: Double?) { if let number { value(number) } else { null() } }

  fileprivate mutating func optional(_ integer: Int?) { if let integer { value(integer) } else { null() } }

  fileprivate mutating func field(_ name: String, _ number: Double?) {
    key(name)
    if let number { value(number) } else { null() }
  }

  fileprivate mutating func integer(_ name: String, _ integer: Int?) {
    key(name)
    if let integer { value(integer) } else { null() }
  }

  fileprivate mutating func field(_ name: String, _ text: String?) {
    key(name)
    if let text { value(text) } else { null() }
  }

  fileprivate mutating func array<Element>(
    _ name: String, _ elements: [Element], write: (inout JSONByteWriter, Element) -> Void
  ) {
    key(name)
    beginArray()
    for element in elements { write(&self, element) }
    endArray()
  }
}
