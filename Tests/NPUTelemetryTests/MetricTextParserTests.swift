import NPUTelemetry
import TestSupport
import Testing

@Suite("The text format of metrics")
struct MetricTextParserTests {
  private func sample(_ line: String, _ location: SourceLocation = #_sourceLocation) throws -> MetricSample {
    let scrape = MetricScrape(parsing: line)
    #expect(scrape.badLineCount == 0, "\(scrape.complaints)", sourceLocation: location)
    return try #require(scrape.samples.first, sourceLocation: location)
  }

  @Test("gives name, labels, value and time of a sample")
  func wholeSample() throws {
    let read = try sample("http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\n")
    #expect(read.name == "http_requests_total")
    #expect(read.labels["method"] == "post")
    #expect(read.labels["code"] == "200")
    #expect(read.labels.description == #"{code="200",method="post"}"#)
    #expect(read.value == 1027)
    #expect(read.timestamp == 1_395_066_363_000)
  }

  @Test(
    "reads numbers as Go writes them",
    arguments: [
      ("+Inf", Double.infinity), ("-Inf", -.infinity), ("Inf", .infinity), ("1.7560473e+07", 17_560_473), ("0", 0),
      ("-0.5", -0.5), ("1e-9", 1e-9), ("0x1p3", 8), ("1.7976931348623157e+308", .greatestFiniteMagnitude),
    ])
  func numbers(_ text: String, _ value: Double) throws {
    #expect(try sample("m \(text)").value == value)
  }

  @Test("keeps NaN as a value, and complains of what is no number", arguments: ["NaN", "nan"])
  func nan(_ text: String) throws {
    #expect(try sample("m \(text)").value.isNaN)
  }

  @Test(
    "leaves out lines that are no samples, says why, and reads on",
    arguments: [
      "m", "m ", "m x", "m 1,5", "m{a=\"b\" 1", "m{a=\"b} 1", "m{a=b} 1", "m{=\"b\"} 1", "{a=\"b\"} 1", "m{a} 1",
      "m 1 2 3", "m 1 x", "<html>", "m{a=\"b\"}", "m \u{FF11}", "m nan(0x1)", "m{a=\"b\\\"} 1",
    ])
  func badLines(_ line: String) throws {
    let scrape = MetricScrape(parsing: "before 1\n\(line)\nafter 2\n")
    #expect(scrape.samples.map(\.name) == ["before", "after"])
    #expect(scrape.badLineCount == 1)
    #expect(scrape.complaints.first?.line == 2)
    #expect(scrape.complaints.first?.message.isEmpty == false)
  }

  @Test("resolves the escapes of label values and of help, and keeps the others")
  func escapes() throws {
    let scrape = MetricScrape(
      parsing: #"""
        # HELP m A\\B\nC \t
        m{path="C:\\DIR\\FILE.TXT",error="no \"such\"\nfile",odd="\t,}{="} 1
        """#)
    let labels = try #require(scrape.samples.first).labels
    #expect(labels["path"] == #"C:\DIR\FILE.TXT"#)
    #expect(labels["error"] == "no \"such\"\nfile")
    #expect(labels["odd"] == #"\t,}{="#)
    #expect(scrape.helps["m"] == "A\\B\nC \\t")
    // What is written is read the same.
    #expect(MetricScrape(parsing: "m\(labels) 1").samples.first?.labels == labels)
  }

  @Test(
    "minds neither blanks, tabs, line ends nor a missing last line feed",
    arguments: [
      "m{a=\"b\",c=\"d\"} 1 5", "  m { a = \"b\" , c = \"d\" , } \t 1 \t 5  ", "\tm{c=\"d\",a=\"b\"}1 5\r\n",
      "\n\n# a comment\n#\nm{a=\"b\",c=\"d\"} 1 5\n",
    ])
  func blanks(_ text: String) throws {
    #expect(
      try sample(text)
        == MetricSample(
          name: "m", labels: MetricLabels([.init(name: "a", value: "b"), .init(name: "c", value: "d")]), value: 1,
          timestamp: 5))
  }

  @Test("tolerates OpenMetrics: exemplars, seconds with a fraction, units, the end mark, and quoted names")
  func openMetrics() throws {
    let scrape = MetricScrape(
      parsing: """
        # TYPE t histogram
        # UNIT t seconds
        t_bucket{le="0.1"} 8 # {trace_id="a b"} 0.05 1520879607.789
        t_bucket{le="+Inf"} 9 1520879607.5 # {} 0.3
        # TYPE u unknown
        {"u.v",l="x"} 3
        # EOF
        """)
    #expect(scrape.badLineCount == 0, "\(scrape.complaints)")
    #expect(scrape.samples.map(\.value) == [8, 9, 3])
    #expect(scrape.samples[1].timestamp == 1_520_879_607_500)
    #expect(scrape.samples[2].name == "u.v")
    #expect(scrape.kinds == ["t": .histogram, "u": .untyped])
  }

  private static let page = """
    # HELP vllm:num_requests_running Number of requests — in Läufen.
    # TYPE vllm:num_requests_running gauge
    vllm:num_requests_running{engine="0",model_name="模型 \\"x\\""} 2.0
    bad line here
    vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf"} 7
    """

  @Test("gives the same whole, byte by byte and in pieces of any size", arguments: [1, 2, 3, 7, 64, 4096])
  func pieces(_ size: Int) {
    let bytes = Array(Self.page.utf8)
    var parser = MetricTextParser()
    var start = 0
    while start < bytes.count {
      let end = min(start + size, bytes.count)
      parser.feed(Array(bytes[start..<end]).span)
      start = end
    }
    let scrape = parser.finish()
    #expect(scrape == MetricScrape(parsing: Self.page))
    #expect(scrape.samples.count == 2)
    #expect(scrape.badLineCount == 1)
    #expect(parser.finish() == MetricScrape())
  }

  @Test("stays within its limits: long lines, many samples, many labels, many complaints")
  func limits() {
    let limits = MetricTextParser.Limits(lineBytes: 40, samples: 3, labels: 2, complaints: 2)
    let long = "m{a=\"" + String(repeating: "x", count: 100) + "\"} 1\n"
    let scrape = MetricScrape(
      parsing: "a 1\n\(long)b{x=\"1\",y=\"2\",z=\"3\"} 1\nno\nno\nc 1\nd 1\ne 1\n", limits: limits)
    #expect(scrape.samples.map(\.name) == ["a", "c", "d"])
    #expect(scrape.isCut)
    #expect(scrape.badLineCount == 4)
    #expect(scrape.complaints.map(\.line) == [2, 3])
  }

  @Test("never traps on mutated pages, and byte by byte says the same")
  func mutations() {
    var random = RandomDraws(seed: 7)
    let original = Array((Self.page + "\n" + #"m{a="b\\c",d="e\nf"} -1.5e3 1700000000000 # {x="y"} 1"#).utf8)
    let interesting: [UInt8] = [0x22, 0x5C, 0x7B, 0x7D, 0x0A, 0x0D, 0x2C, 0x3D, 0x23, 0x00, 0xFF, 0x20]
    for _ in 0..<3000 {
      var bytes = original
      for _ in 0..<(1 + Int(random.next() % 6)) {
        let index = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 3 {
        case 0: bytes[index] = interesting[Int(random.next() % UInt64(interesting.count))]
        case 1: bytes.remove(at: index)
        default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
        }
      }
      let whole = MetricScrape(parsing: bytes.span)
      var parser = MetricTextParser()
      for byte in bytes { parser.feed([byte].span) }
      let parts = parser.finish()
      // NaN differs from itself; the descriptions do not.
      #expect("\(parts)" == "\(whole)")
    }
  }
}
