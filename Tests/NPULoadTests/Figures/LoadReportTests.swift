import NPULoad
import NPUMetrics
import NPUReporting
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Load report")
struct LoadReportTests {
  private func report(
    _ records: [RequestRecord], run: RunDescription = RunDescription(),
    options: LoadReportBuilder.Options = LoadReportBuilder.Options()
  ) throws -> LoadReport {
    var builder = try LoadReportBuilder(run: run, options: options)
    for record in records { builder.add(record) }
    return try builder.report()
  }

  /// Ten requests, one each 100 ms: first token after 100 ms, ten gaps of 10 ms, closed 2 ms after the last token.
  private var tenPaced: [RequestRecord] {
    (0..<10).map { SampleRecords.paced(index: $0, start: Double($0) * 100, intended: Double($0) * 100) }
  }

  @Test(
    "A service without tokens has no rows of tokens, also where every request failed",
    arguments: ["image-diffusers", "speech", "transcription", "voice-loop", "tasks", "task", "requests", "operations"])
  func noTokenRows(kind: String) throws {
    let failed = SampleRecords.paced(index: 0, start: 0, tokens: 0, outcome: Outcome(.httpStatus(500)), counted: false)
    let report = try report([failed], run: RunDescription(endpointType: kind))
    #expect(report.latencyRows.map { $0.name } == ["E2E"])
    for word in ["TTFT", "token"] { #expect(!ReportText(report).console.contains(word)) }
    let chat = try self.report([failed], run: RunDescription(endpointType: "openai-chat"))
    #expect(chat.latencyRows.contains { $0.name == "TTFT" })
  }

  @Test("It is counted how often each prompt was sent, warm-up and failures included")
  func prompts() throws {
    let dataset = DatasetDescription(name: "custom", path: "p", entries: 3, used: 3)
    var records = (0..<4).map { SampleRecords.paced(index: $0, start: Double($0) * 100) }
    for index in records.indices { records[index].requested.entry = index % 3 + 1 }
    records[0].phase = .warmup
    let report = try report(records, run: RunDescription(dataset: dataset))
    #expect(report.prompts?.distinct == 3)
    #expect(report.prompts?.fewest == 1)
    #expect(report.prompts?.most == 2)
    #expect(
      report.notes.contains("Of 3 different prompts each was sent 1 to 2 times: a service with a cache is spared work.")
    )
    #expect(try LoadReport(json: report.json()).prompts == report.prompts)
    #expect(ReportText(report).console.contains("custom, p, 3 of 3 entries"))
    // Prompts that come once, and those of which nothing is known, need no note.
    let once = try self.report([records[1]], run: RunDescription(dataset: dataset))
    #expect(!once.notes.contains { $0.contains("prompts") })
    #expect(try self.report(tenPaced).prompts == nil)
  }

  @Test("Tokens from the server's cache are told")
  func cached() throws {
    var record = SampleRecords.paced(index: 0, start: 0)
    record.tokens.cached = 13
    #expect(try report([record]).notes.contains { $0.hasPrefix("13 of 20 prompt tokens came from the server's cache") })
  }

  @Test("Rates divide the sums of completed requests by the window")
  func rates() throws {
    let report = try report(tenPaced)
    // From the first intended start at 0 ms to the last close at 900 + 202 ms.
    #expect(report.window.seconds == 1.102)
    #expect(report.throughput.requests == 10 / 1.102)
    #expect(report.throughput.outputTokens == 110 / 1.102)
    #expect(report.throughput.inputTokens == 200 / 1.102)
    #expect(report.throughput.totalTokens == 110 / 1.102 + 200 / 1.102)
    #expect(report.throughput.offered == 10)
    #expect(report.throughput.achieved == 10 / 1.102)
    #expect(report.throughput.startRate == 10)
    #expect(report.throughput.isShort == false)
    #expect(report.tokens.sources == ["usage": 10])
    #expect(report.tokens.chunksPerToken == 1)
  }

  @Test("The window begins at the intended start and ends at the last close, warm-up left out")
  func window() throws {
    let report = try report([
      SampleRecords.paced(index: 0, start: -5000, phase: .warmup),
      SampleRecords.paced(index: 1, start: 50, intended: 20),
      SampleRecords.paced(index: 2, start: 10, intended: 10, phase: .warmup, outcome: Outcome(.httpStatus(500))),
    ])
    #expect(report.window.start == SampleRecords.at(20))
    #expect(report.window.end == SampleRecords.at(252))
    #expect(report.requests.warmup == 2)
    #expect(report.requests.warmupFailed == 1)
    #expect(report.requests.sent == 1)
    #expect(report.requests.failed == 0)
  }

  @Test("Requests that this side broke off are neither completed nor failed, and overdue ones are told")
  func cancelled() throws {
    var builder = try LoadReportBuilder()
    builder.add(SampleRecords.paced(index: 0, start: 0))
    builder.add(SampleRecords.paced(index: 1, start: 0, outcome: Outcome(.init(.cancelled))))
    builder.add(SampleRecords.paced(index: 2, start: 0, outcome: Outcome(.init(.shutDown))))
    builder.add(SampleRecords.paced(index: 3, start: 0, outcome: Outcome(.httpStatus(500))))
    let report = try builder.report(end: .complete, overdue: 9)
    #expect(report.requests.sent == 4)
    #expect(report.requests.completed == 1)
    #expect(report.requests.failed == 1)
    #expect(report.requests.cancelled == 2)
    #expect(report.requests.failureRate == 0.5)
    #expect(report.requests.failures.map(\.name) == ["http_500"])
    #expect(report.requests.overdue == 9)
    #expect(report.notes.contains { $0.contains("2 requests were cut off") })
    #expect(report.notes.contains { $0.contains("9 requests were due") })
    #expect(try LoadReport(json: report.json()) == report)
  }

  @Test("Latencies carry count, mean, deviation and percentiles in milliseconds")
  func latencies() throws {
    let records = (1...4).map { SampleRecords.paced(index: $0, start: 0, firstToken: Double($0) * 10) }
    let report = try report(records, options: LoadReportBuilder.Options(percentiles: [25, 75]))
    let figures = report.latencies.timeToFirstToken
    #expect(figures.count == 4)
    #expect(figures.mean == 25)
    #expect(figures.median == 25)
    #expect(figures.standardDeviation == 125.0.squareRoot())
    #expect(figures.minimum == 10)
    #expect(figures.maximum == 40)
    #expect(figures.percentile(25)?.value == 17.5)
    #expect(figures.percentile(75)?.value == 32.5)
    #expect(figures.percentile(25)?.countingFailures == nil)
    #expect(figures.isExact)
    #expect(report.latencies.timePerOutputToken.mean == 10)
    #expect(report.latencies.interTokenLatency?.count == 40)
    #expect(report.latencies.endToEnd.maximum == 140)
    #expect(report.latencies.scheduleLag == nil)
  }

  @Test("A late client shows in the latency from the intended start, in the lag and as a shortfall")
  func lateClient() throws {
    let records = (0..<10).map {
      SampleRecords.paced(index: $0, start: Double($0) * 150, intended: Double($0) * 100)
    }
    let report = try report(records)
    #expect(report.latencies.timeToFirstToken.maximum == 100)
    #expect(report.latencies.timeToFirstTokenFromIntended.maximum == 550)
    #expect(report.latencies.endToEndFromIntended.maximum == 650)
    #expect(report.latencies.scheduleLag?.maximum == 450)
    #expect(abs(report.throughput.shortfall - 1.0 / 3) < 1e-12)
    #expect(report.throughput.isShort)
    #expect(report.notes.contains { $0.contains("33.33 %") })
  }

  @Test("Requests that were planned and never sent are a shortfall")
  func neverSent() throws {
    let run = RunDescription(plannedRequests: 20)
    let report = try report(tenPaced, run: run)
    #expect(report.throughput.offered == 10)
    #expect(report.throughput.shortfall == 0.5)
  }

  @Test("Failures are counted by class, most frequent first, with what the first one said")
  func failures() throws {
    var records = tenPaced
    for index in 10..<13 {
      records.append(
        SampleRecords.paced(
          index: index, start: 0, outcome: Outcome(.httpStatus(503), status: 503, message: "busy \(index)")))
    }
    records.append(
      SampleRecords.paced(
        index: 13, start: 0, tokens: 0, outcome: Outcome(Outcome.Kind(.idleTimeout), message: "30 s")))
    let report = try report(records)
    #expect(report.requests.sent == 14)
    #expect(report.requests.completed == 10)
    #expect(report.requests.failed == 4)
    #expect(report.requests.failureRate == 4.0 / 14)
    #expect(report.requests.failures.map(\.name) == ["http_503", "idle_timeout"])
    #expect(report.requests.failures.map(\.count) == [3, 1])
    #expect(report.requests.failures.first?.example == "busy 10")
    #expect(report.latencies.timeToFirstToken.count == 10)
    #expect(report.throughput.outputTokens == 110 / report.window.seconds)
  }

  @Test("What a journal from elsewhere says of failures and oddities is short and on one line")
  func foreignTexts() throws {
    let long = String(repeating: "ab\u{1B}", count: 1 << 18)
    let odd = Outcome(Outcome.Kind(rawValue: long), message: long)
    var records = tenPaced + [SampleRecords.paced(index: 10, start: 0, outcome: odd)]
    records[0].form = ResponseForm(notes: [.mediaType, .contentEncoding], mediaType: long, contentEncoding: long)
    records[1].form = ResponseForm(notes: [.cut, .unknownFinishReason], cutReason: long, unknownFinishReason: long)
    records[2].form.notes = .unknownFinishReason
    records[2].finishReason = long
    let report = try report(records)
    #expect(report.requests.failures.count == 1)
    #expect(report.responseForms.map(\.count) == [1, 2, 1, 1])
    let texts = texts(of: report.requests) + texts(of: report.responseForms) + report.notes
    #expect(texts.contains { $0.contains("ab ab ") })
    for text in texts { #expect(text.utf8.count < 2000 && !text.unicodeScalars.contains("\u{1B}")) }
  }

  @Test("Percentiles that count failures become infinite where failures begin, and only there")
  func censored() throws {
    var records = tenPaced
    records.append(SampleRecords.paced(index: 10, start: 0, outcome: Outcome(.truncatedStream)))
    let report = try report(records, options: LoadReportBuilder.Options(percentiles: [50, 90, 99]))
    let figures = report.latencies.timeToFirstToken
    #expect(figures.percentile(50)?.countingFailures == 100)
    #expect(figures.percentile(90)?.countingFailures == 100)
    #expect(figures.percentile(99)?.countingFailures == .infinity)
    #expect(figures.percentile(99)?.value == 100)
    #expect(report.latencies.interTokenLatency?.percentile(99)?.countingFailures == nil)
  }

  @Test("A percentile of too few samples is marked, and the notes say so")
  func weak() throws {
    let report = try report(tenPaced)
    #expect(report.latencies.timeToFirstToken.percentile(50)?.isWeak == false)
    #expect(report.latencies.timeToFirstToken.percentile(99)?.isWeak == true)
    #expect(report.notes.contains { $0.contains("TTFT from p95 (n = 10)") })
  }

  @Test("Unknown token counts are unknown, not zero and not chunks")
  func unknownTokens() throws {
    let records = (0..<3).map { SampleRecords.paced(index: $0, start: 0, prompt: nil, counted: false) }
    let unknown = try report(records)
    #expect(unknown.throughput.outputTokens == nil)
    #expect(unknown.throughput.inputTokens == nil)
    #expect(unknown.throughput.peakOutputTokens == nil)
    #expect(unknown.tokens.outputUnknown == 3)
    #expect(unknown.tokens.chunks == 33)
    #expect(unknown.tokens.chunksPerToken == nil)
    #expect(unknown.latencies.timePerOutputToken.count == 0)
    #expect(unknown.latencies.timePerOutputToken.mean == nil)
    #expect(unknown.tokens.sources == ["unknown": 3])
    let mixed = try report(records + [SampleRecords.paced(index: 3, start: 0)])
    #expect(mixed.tokens.output == 11)
    #expect(mixed.notes.contains { $0.contains("unknown for 3 of 4") })
  }

  @Test("Answers of another length than asked for are counted")
  func lengths() throws {
    let report = try report([
      SampleRecords.paced(index: 0, start: 0, requested: 11), SampleRecords.paced(index: 1, start: 0, requested: 22),
      SampleRecords.paced(index: 2, start: 0),
    ])
    #expect(report.tokens.lengthRequested == 2)
    #expect(report.tokens.lengthMismatched == 1)
    #expect(report.tokens.lengthRatio == 22.0 / 33)
  }

  @Test("Concurrency is the overlap of requests: its mean over the window, its peak at one instant")
  func concurrency() throws {
    let report = try report([
      SampleRecords.paced(index: 0, start: 0), SampleRecords.paced(index: 1, start: 202),
      SampleRecords.paced(index: 2, start: 303),
    ])
    #expect(report.concurrency.peak == 2)
    #expect(report.concurrency.isPeakExact)
    #expect(abs((report.concurrency.mean ?? 0) - 606.0 / 505) < 1e-12)
  }

  @Test("The peak token rate is that of the busiest second, each chunk with its share of tokens")
  func peak() throws {
    var record = SampleRecords.paced(index: 0, start: 0, firstToken: 500, gap: 1000, tokens: 4)
    record.tokens.completion = 8
    #expect(try report([record]).throughput.peakOutputTokens == 2)
    // Where chunks say how many tokens they hold, each brings its own.
    for (index, tokens) in [5, 1, 1, 1].enumerated() { record.timeline.events[index].tokens = Int32(tokens) }
    #expect(try report([record]).throughput.peakOutputTokens == 5)
  }

  @Test("A request is good only if it keeps every limit; failed and undefined ones are not")
  func goodput() throws {
    let records = [
      SampleRecords.paced(index: 0, start: 0), SampleRecords.paced(index: 1, start: 0, firstToken: 300),
      SampleRecords.paced(index: 2, start: 0, gap: 80), SampleRecords.paced(index: 3, start: 0, tokens: 1),
      SampleRecords.paced(index: 4, start: 0, outcome: Outcome(.errorEvent)),
    ]
    let limits = try GoodputObjective.parse(["ttft:200", "tpot:50"])
    let report = try report(records, options: LoadReportBuilder.Options(goodput: limits))
    #expect(report.goodput?.good == 1)
    #expect(report.goodput?.share == 0.2)
    #expect(report.goodput?.rate == 1 / report.window.seconds)
  }

  @Test("A limit on a figure passes, fails or stays undetermined")
  func verdicts() throws {
    var records = tenPaced
    records.append(SampleRecords.paced(index: 10, start: 0, outcome: Outcome(.errorEvent)))
    let expressions = [
      "ttft:p50<=100ms", "ttft:p99<1s", "failure_rate<1%", "request_throughput>5", "goodput_rate>0.5", "e2el:mean<0.3s",
      "output_throughput>10", "e2el:p50<0.3s",
    ]
    let report = try report(
      records, options: LoadReportBuilder.Options(objectives: try expressions.map { try ServiceLevelObjective($0) }))
    #expect(report.verdicts.map(\.outcome) == [.pass, .fail, .fail, .pass, .undetermined, .fail, .pass, .pass])
    #expect(!report.passes)
    #expect(report.verdicts.first?.text.contains("100 ms") == true)
  }

  @Test(
    "An objective that can never be judged is refused before the run",
    arguments: ["latency:p99<1s", "ttft:p99<1", "ttft<1s", "failure_rate:p99<1%", "request_throughput>5ms"])
  func refusedObjectives(expression: String) throws {
    let objective = try ServiceLevelObjective(expression)
    #expect(throws: ObjectiveError.self) {
      try LoadReportBuilder(options: LoadReportBuilder.Options(objectives: [objective]))
    }
  }

  @Test(
    "A goodput limit on a metric that one request does not have is refused", arguments: ["itl:5", "failure_rate:1"])
  func refusedGoodput(expression: String) throws {
    let objective = try GoodputObjective(expression)
    #expect(throws: ObjectiveError.self) {
      try LoadReportBuilder(options: LoadReportBuilder.Options(goodput: [objective]))
    }
    #expect(throws: StatisticsError.self) {
      try LoadReportBuilder(options: LoadReportBuilder.Options(percentiles: [101]))
    }
  }

  @Test("Without any request everything is undefined and nothing traps")
  func empty() throws {
    let report = try report([], options: LoadReportBuilder.Options(dialects: MetricDialect.all))
    #expect(report.throughput.requests == nil)
    #expect(report.requests.failureRate == nil)
    #expect(report.latencies.timeToFirstToken.count == 0)
    #expect(report.window.seconds == 0)
    #expect(ReportText(report).console.contains("sent"))
  }

  @Test("Beyond the limit of samples percentiles come from a histogram, and the report says so")
  func histogram() throws {
    let report = try report(tenPaced, options: LoadReportBuilder.Options(exactLimit: 5))
    #expect(!report.latencies.endToEnd.isExact)
    #expect(report.latencies.endToEnd.mean == 200)
    #expect(report.notes.contains { $0.contains("histogram") && $0.contains("E2E") })
  }

  @Test("Other tools' figures are summed up in their own definitions and names")
  func dialects() throws {
    let options = LoadReportBuilder.Options(dialects: [.vLLM, .guideLLM])
    let report = try report([SampleRecords.nineAnswers], options: options)
    #expect(report.dialects.map(\.title) == ["vLLM", "GuideLLM"])
    #expect(report.dialects.first?.figures.map(\.name) == ["TTFT", "TPOT", "ITL", "E2EL"])
    #expect(report.dialects.first?.figures.map(\.latency.mean) == [5, 23, 41.4, 212])
    #expect(report.dialects.last?.figures.map(\.name) == ["TTFT", "TTFOT", "TPOT", "ITL", "E2E"])
  }

  @Test("A report that is not whole passes nothing, and says why")
  func incomplete() throws {
    var builder = try LoadReportBuilder()
    for record in tenPaced { builder.add(record) }
    #expect(try builder.report().passes)
    for ending in [JournalReader.End.stopped, .missingTrailer, .failed(reason: "the file of prompts is empty")] {
      let report = try builder.report(end: ending)
      #expect(!report.passes)
      #expect(throws: LoadFailure.self) { try report.require("ttft:p50<1s") }
    }
    let failed = try builder.report(end: .failed(reason: "the file of prompts is empty"))
    #expect(failed.notes.first?.contains("the file of prompts is empty") == true)
    let failure = #expect(throws: LoadFailure.self) { try failed.require() }
    #expect(failure?.reasons.first?.contains("the file of prompts is empty") == true)
  }

  @Test("The JSON of a report has the unit of each figure in its key and reads back the same")
  func json() throws {
    var records = tenPaced
    records.append(SampleRecords.paced(index: 10, start: 0, outcome: Outcome(.errorEvent)))
    let options = LoadReportBuilder.Options(
      objectives: [try ServiceLevelObjective("ttft:p99<1s")], goodput: [try GoodputObjective("ttft:500")],
      dialects: [.aiPerf])
    let report = try report(records, run: RunDescription(model: "m/n", seed: .max), options: options)
    let text = try report.json()
    for key in [
      "\"ttft_ms\"", "\"e2e_from_intended_ms\"", "\"duration_s\"", "\"requests_per_s\"", "\"goodput_per_s\"",
      "\"counting_failures\" : \"inf\"", "\"m/n\"",
    ] {
      #expect(text.contains(key), "\(key)")
    }
    #expect(try LoadReport(json: text) == report)
    #expect(try !report.json(pretty: false).contains("\n"))
  }

  @Test("Records with absurd stamps and counts make a report, not a trap", arguments: 0..<2)
  func absurd(seed: UInt64) throws {
    var random = RandomRecords(seed: seed)
    let records = (0..<60).map { index in
      var record = random.record(index: index)
      record.phase = .measured
      record.outcome.kind = index % 3 == 0 ? record.outcome.kind : .success
      record.tokens.completion = [Int.max, .min, 5, 2][index % 4]
      record.tokens.prompt = .max
      return record
    }
    let options = LoadReportBuilder.Options(exactLimit: 20, dialects: MetricDialect.all)
    let report = try report(records, options: options)
    #expect(report.requests.sent == 60)
    var result = try VLLMResultBuilder(options: VLLMResultOptions(isDetailed: true))
    for record in records { result.add(record) }
    #expect(try VLLMResultFile(builder: result, report: report, date: "d").json().hasPrefix("{"))
  }
}
