import Foundation
import NPULoad
import NPUMetrics
import NPUReporting
import TestSupport
import Testing

@Suite("Result file in vLLM's schema")
struct VLLMResultFileTests {
  private func file(
    _ records: [RequestRecord], options: VLLMResultOptions = VLLMResultOptions(),
    run: RunDescription = RunDescription(
      model: "org/Qwen2-7B-Chat", endpointType: "openai-chat", requestRate: 10, burstiness: 1, maxConcurrency: 8,
      seed: 0)
  ) throws -> VLLMResultFile {
    var builder = try VLLMResultBuilder(options: options)
    var report = try LoadReportBuilder(run: run)
    for record in records {
      builder.add(record)
      report.add(record)
    }
    return VLLMResultFile(builder: builder, report: try report.report(), date: "20261121-051840")
  }

  private func object(_ file: VLLMResultFile) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(try file.json().utf8))
    return try #require(object as? [String: Any])
  }

  /// The keys of a plain file, in the order in which vLLM writes them.
  static let plainKeys = [
    "date", "endpoint_type", "backend", "label", "model_id", "tokenizer_id", "num_prompts", "request_rate",
    "burstiness",
    "max_concurrency", "duration", "completed", "failed", "total_input_tokens", "total_output_tokens",
    "request_throughput", "request_goodput", "output_throughput", "total_token_throughput", "latencies", "queue_times",
    "max_output_tokens_per_s", "max_concurrent_requests", "rtfx", "mean_ttft_ms", "median_ttft_ms", "std_ttft_ms",
    "p99_ttft_ms", "mean_tpot_ms", "median_tpot_ms", "std_tpot_ms", "p99_tpot_ms", "mean_itl_ms", "median_itl_ms",
    "std_itl_ms", "p99_itl_ms", "nputestkit",
  ]

  @Test("A plain file has exactly vLLM's keys, and one of the kit's own")
  func keys() throws {
    let file = try file([SampleRecords.nineAnswers])
    #expect(try object(file).keys.sorted() == Self.plainKeys.sorted())
    let text = try file.json()
    var position = text.startIndex
    for key in Self.plainKeys {
      let found = try #require(text.range(of: "\"\(key)\":", range: position..<text.endIndex), "\(key) out of order")
      position = found.upperBound
    }
  }

  @Test("A detailed file adds one value per request and per gap")
  func detailed() throws {
    var failed = SampleRecords.paced(index: 1, start: 20, tokens: 0, outcome: Outcome(.httpStatus(500), message: "no"))
    failed.tokens.prompt = 4
    let options = VLLMResultOptions(isDetailed: true)
    let object = try object(try file([SampleRecords.nineAnswers, failed], options: options))
    let added = ["input_lens", "output_lens", "ttfts", "itls", "start_times", "generated_texts", "errors"]
    #expect(object.keys.sorted() == (Self.plainKeys + added).sorted())
    #expect(object["input_lens"] as? [Int] == [12, 4])
    // What a failed request does not have is null and not 0.
    #expect((object["output_lens"] as? [Any])?.map { $0 as? Int } == [10, nil])
    #expect((object["ttfts"] as? [Any])?.map { $0 as? Double } == [0.005, nil])
    #expect(object["itls"] as? [[Double]] == [[0.095, 0.04, 0.06, 0.01, 0.002], []])
    #expect((object["latencies"] as? [Any])?.map { $0 as? Double } == [0.212, nil])
    #expect(object["start_times"] as? [Double] == [1, 1.02])
    #expect(object["queue_times"] as? [Double] == [0, 0])
    #expect(object["errors"] as? [String] == ["", "no"])
    #expect(object["generated_texts"] as? [String] == ["", ""])
    #expect(object["failed"] as? Int == 1)
  }

  @Test("Top-level figures are in vLLM's definitions, the kit's own stand beside them")
  func dialect() throws {
    let options = try VLLMResultOptions(metrics: "ttft, tpot,itl,e2el", percentiles: "50,99.9")
    let object = try object(try file([SampleRecords.nineAnswers], options: options))
    #expect(object["mean_ttft_ms"] as? Double == 5)
    #expect(object["mean_tpot_ms"] as? Double == 23)
    #expect(object["mean_itl_ms"] as? Double == 41.4)
    #expect(object["p50_itl_ms"] as? Double == 40)
    #expect(object["p99.9_e2el_ms"] as? Double == 212)
    #expect(object["p99_ttft_ms"] == nil)
    let own = try #require(object["nputestkit"] as? [String: Any])
    #expect(own["dialect"] as? String == "vllm")
    #expect(own["definitions"] as? Int == RequestMetrics.definitionsVersion)
    #expect(own["seed"] as? Int == 0)
    let report = try #require(own["report"] as? [String: Any])
    let latencies = try #require(report["latencies"] as? [String: Any])
    #expect((latencies["ttft_ms"] as? [String: Any])?["mean"] as? Double == 100)
  }

  @Test("An unlimited rate is the word inf, and what has no sample is null")
  func undefined() throws {
    let options = VLLMResultOptions(metrics: [.ttft])
    let object = try object(try file([], options: options, run: RunDescription()))
    #expect(object["request_rate"] as? String == "inf")
    #expect(object["mean_ttft_ms"] is NSNull)
    #expect(object["max_concurrency"] is NSNull)
    #expect(object["request_goodput"] is NSNull)
    #expect(object["completed"] as? Int == 0)
  }

  @Test("Peaks are counted by seconds, as vLLM counts them")
  func peaks() throws {
    // Each has the end mark but no other chunk than its tokens; the second touches the seconds 0, 1 and 2.
    let records = [
      SampleRecords.paced(index: 0, start: 0, firstToken: 100, gap: 100, tokens: 5),
      SampleRecords.paced(index: 1, start: 600, firstToken: 100, gap: 500, tokens: 4),
      SampleRecords.paced(index: 2, start: 1500, firstToken: 100, gap: 100, tokens: 4),
    ]
    let object = try object(try file(records))
    // Second 0: five chunks of the first and one of the second; second 1: two of the second and four of the third.
    #expect(object["max_output_tokens_per_s"] as? Double == 6)
    #expect(object["max_concurrent_requests"] as? Int == 2)
  }

  @Test("Goodput takes vLLM's definitions, where the undefined TPOT of one token is good")
  func goodput() throws {
    let records = [
      SampleRecords.paced(index: 0, start: 0), SampleRecords.paced(index: 1, start: 0, tokens: 1),
      SampleRecords.paced(index: 2, start: 0, gap: 100),
      SampleRecords.paced(index: 3, start: 0, outcome: Outcome(.errorEvent)),
    ]
    let options = VLLMResultOptions(goodput: try GoodputObjective.parse(["ttft:200 tpot:50"]))
    let file = try file(records, options: options)
    #expect(try file.json().contains("\"request_goodput\":\(2 / file.report.window.seconds),"))
  }

  @Test("The name follows vLLM's scheme and cannot leave its folder")
  func name() throws {
    #expect(try file([]).name == "openai-chat-10.0qps-concurrency8-Qwen2-7B-Chat-20261121-051840.json")
    let run = RunDescription(model: "m", label: "../a/b\n")
    #expect(try file([], run: run).name == ".._a_b_-infqps-m-20261121-051840.json")
  }

  @Test(
    "Dates are those of the calendar",
    arguments: [
      (0, 0, "19700101-000000"), (1_795_238_320, 0, "20261121-051840"), (951_782_399, 1, "20000229-000000"),
      (1_709_164_800, -3600, "20240228-230000"), (4_107_542_399, 0, "21000228-235959"),
      (4_107_542_400, 0, "21000301-000000"), (-1, 0, "19691231-235959"),
    ])
  func date(seconds: Int64, offset: Int, text: String) {
    #expect(VLLMResultFile.date(unixNanoseconds: seconds * 1_000_000_000, secondsFromUTC: offset) == text)
  }

  @Test("The name steers no terminal and fits a folder, whatever the service calls its model")
  func hostileName() throws {
    let esc = RunDescription(model: "m\u{1B}]52;\u{7}\u{202E}\u{2028}\u{85}x", endpointType: "e\r\nf\t", label: nil)
    #expect(try file([], run: esc).name == "e__f_-infqps-m_]52;____x-20261121-051840.json")
    let long = String(repeating: "人", count: 1000)
    for (label, model) in [
      (long, "m"), ("l", long), (long, long), (long, "e" + String(repeating: "\u{301}", count: 999)),
    ] {
      let run = RunDescription(model: model, label: label, requestRate: 0.1, maxConcurrency: 1 << 40)
      let file = try file([], run: run)
      #expect(file.name.utf8.count <= 255)
      #expect(file.name.utf8.count > 240)
      #expect(file.name.hasSuffix("-20261121-051840.json") && file.name.contains("-0.1qps-concurrency1099511627776-"))
      #expect(!file.name.unicodeScalars.contains("\u{FFFD}"))
      let folder = try TemporaryFolder()
      // A further file of the name gets a number, which has to fit too.
      for _ in 1...2 { _ = try file.save(in: folder.path) }
    }
    let short = RunDescription(model: long, label: "label")
    #expect(try file([], run: short).name.hasPrefix("label-infqps-人人人人"))
  }

  @Test("Unknown metrics and percentiles out of range are named")
  func options() throws {
    let metric = #expect(throws: ReportOptionError.self) {
      try VLLMResultOptions(metrics: "ttft,foo", percentiles: "99")
    }
    #expect(metric?.message.contains("'foo'") == true)
    for text in ["101", "-1", "x", "nan", "5 0"] {
      #expect(throws: ReportOptionError.self) { try VLLMResultOptions(metrics: "ttft", percentiles: text) }
    }
    let empty = try VLLMResultOptions(metrics: "", percentiles: " ")
    #expect(empty.metrics.isEmpty && empty.percentiles.isEmpty)
  }

  @Test("A caller's own keys stand at the top level but never replace the schema's")
  func metadata() throws {
    var file = try file([])
    file.metadata = ["chip": "910B", "date": "never"]
    let object = try object(file)
    #expect(object["chip"] as? String == "910B")
    #expect(object["date"] as? String == "20261121-051840")
  }
}

@Suite("Where a result file goes")
struct VLLMResultFolderTests {
  @Test("Folders are made as needed, and a file of the same name is kept unless it may be replaced")
  func saving() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.file("a/b c")
    try VLLMResultFile.prepare(folder: folder)
    try VLLMResultFile.prepare(folder: folder)
    let file = VLLMResultFile(
      builder: try VLLMResultBuilder(), report: try LoadReportBuilder().report(), date: "20261121-051840")
    for (replacing, name) in [(false, "r.json"), (false, "r-2.json"), (false, "r-3.json"), (true, "r.json")] {
      let path = try file.save(in: folder, as: "r.json", replacing: replacing)
      #expect(path == folder + "/" + name)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == (try file.json()))
    }
  }

  @Test("A folder that cannot be has the system's reason", arguments: ["/dev/null/x", "/dev/null"])
  func refusal(folder: String) throws {
    let error = #expect(throws: ReportOptionError.self) { try VLLMResultFile.prepare(folder: folder) }
    #expect(error?.message.contains("\(folder): ") == true)
    #expect(error?.message.contains("Not a directory") == true || error?.message.contains("Permission") == true)
  }
}
