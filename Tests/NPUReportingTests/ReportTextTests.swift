import NPUBase
import NPULoad
import NPUMetrics
import NPUReporting
import TestSupport
import Testing

@Suite("Text of a report")
struct ReportTextTests {
  private func report(failing: Bool = true) throws -> LoadReport {
    let run = RunDescription(
      model: "模型", baseURL: "http://h/v1", plan: "poisson 10/s", plannedRequests: 11,
      request: ["temperature": 0.5, "stream": true, "chat_template_kwargs": ["enable_thinking": false]])
    var builder = try LoadReportBuilder(
      run: run,
      options: LoadReportBuilder.Options(
        objectives: [try ServiceLevelObjective("ttft:p50<1s")], goodput: [try GoodputObjective("ttft:500")],
        dialects: [.vLLM]))
    for index in 0..<10 { builder.add(SampleRecords.paced(index: index, start: Double(index) * 100)) }
    let last = failing ? Outcome(.httpStatus(503), status: 503, message: "忙\u{1B}[31m, try\nlater") : Outcome(.success)
    builder.add(SampleRecords.paced(index: 10, start: 1000, outcome: last))
    return try builder.report()
  }

  @Test("The table shows counts, rates, latencies with their number of samples, failures and verdicts")
  func console() throws {
    let text = ReportText(try report()).console
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.contains { $0.hasSuffix("11 of 11") && $0.contains("sent") })
    #expect(lines.contains { $0.contains("failed") && $0.hasSuffix("1 (9.09 %)") })
    #expect(lines.contains { $0.contains("output tokens") && $0.contains("(110 tokens)") })
    let header = try #require(lines.first { $0.contains("mean") && $0.contains("p99") })
    #expect(header.split(separator: " ") == ["n", "mean", "p50", "p90", "p95", "p99", "max"])
    let first = try #require(lines.first { $0.hasPrefix("  TTFT") })
    #expect(
      first.split(separator: " ") == ["TTFT", "10", "100.00", "100.00", "100.00", "100.00~", "100.00~", "100.00"])
    let counting = try #require(lines.first { $0.contains("with failures") })
    #expect(counting.split(separator: " ").suffix(5) == ["100.00", "100.00", "inf", "inf", "inf"])
    #expect(lines.contains { $0.contains("http_503") && $0.contains("try later") })
    #expect(lines.contains { $0.contains("ttft:p50") && $0.contains("pass") })
    #expect(lines.contains("As vLLM 0.32 would report (ms)"))
    #expect(lines.contains("Notes"))
    let request = try #require(lines.first { $0.hasPrefix("  each request ") })
    #expect(request.hasSuffix(#" chat_template_kwargs {"enable_thinking":false}, stream true, temperature 0.5"#))
  }

  @Test("Without a failure there are neither failure lines nor infinities")
  func noFailures() throws {
    let text = ReportText(try report(failing: false)).console
    #expect(!text.contains("inf"))
    #expect(!text.contains("with failures"))
    #expect(!text.contains("Failures"))
  }

  @Test("No text from a server steers the terminal, and colour needs a terminal that may have it")
  func colour() throws {
    let plain = ReportText(try report()).console
    #expect(!plain.contains("\u{1B}"))
    let style = TerminalStyle(isTerminal: true, environment: [:])
    let coloured = ReportText(try report(), style: style).console
    #expect(coloured.contains("\u{1B}[32m"))
    #expect(!coloured.contains("忙\u{1B}"))
    #expect(!ReportText(try report(), style: style).markdown.contains("\u{1B}"))
  }

  @Test(
    "The style follows the output, NO_COLOR and TERM",
    arguments: [
      (true, [:], true, true), (false, [:], false, false), (true, ["NO_COLOR": "1"], true, false),
      (true, ["NO_COLOR": ""], true, true), (true, ["TERM": "dumb"], false, false),
    ] as [(Bool, [String: String], Bool, Bool)])
  func style(isTerminal: Bool, environment: [String: String], redraws: Bool, usesColor: Bool) {
    let style = TerminalStyle(isTerminal: isTerminal, environment: environment)
    #expect(style == TerminalStyle(redraws: redraws, usesColor: usesColor))
  }

  @Test("A closed loop has no line about what was offered, an open one has, and says when its TTFT hides a wait")
  func loops() throws {
    func text(late: Double?) throws -> String {
      var builder = try LoadReportBuilder()
      for index in 0..<10 {
        let start = Double(index) * 100
        builder.add(SampleRecords.paced(index: index, start: start, intended: late.map { start - $0 }))
      }
      return ReportText(try builder.report()).console
    }
    #expect(!(try text(late: nil)).contains("offered, achieved"))
    #expect(!(try text(late: nil)).contains("From the instant"))
    #expect(try text(late: 0.5).contains("offered, achieved"))
    #expect(!(try text(late: 0.5)).contains("From the instant"))
    let late = try text(late: 50).replacing("\n    ", with: " ")
    #expect(late.contains("p99 is 100.00 ms. From the instant that the schedule intended it is 150.00 ms"))
  }

  @Test("No line is wider than 80 columns, however long a message is, and nothing of it is lost")
  func width() throws {
    var builder = try LoadReportBuilder(options: LoadReportBuilder.Options(dialects: [.vLLM]))
    let message = (0..<40).map { "word\($0)" }.joined(separator: " ")
    for index in 0..<5 {
      let outcome = index == 0 ? Outcome(.httpStatus(503), status: 503, message: message) : Outcome(.success)
      builder.add(
        SampleRecords.paced(
          index: index, start: 0, intended: -60_000, firstToken: 45_678.9, gap: 5_000, outcome: outcome))
    }
    let text = ReportText(try builder.report()).console
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    #expect(text.replacing("\n    ", with: " ").contains("1 http_503: \(message)"))
    #expect(text.contains("  TTFT                 4   45679"))
  }

  @Test("The report says how the prompt lengths are known, and warns of estimates")
  func promptLengths() throws {
    var builder = try LoadReportBuilder()
    for index in 0..<3 {
      var record = SampleRecords.paced(index: index, start: Double(index))
      record.requested.promptSource = index == 0 ? .estimated : .verified
      builder.add(record)
    }
    let report = try builder.report()
    #expect(report.tokens.promptSources == ["estimated": 1, "verified": 2])
    let text = ReportText(report).console.replacing("\n    ", with: " ")
    #expect(text.contains("prompt lengths     estimated 1, verified 2"))
    #expect(text.contains("Prompt lengths are estimated for 1 of 3 completed requests"))
  }

  @Test("Markdown has the same sections as tables")
  func markdown() throws {
    let text = ReportText(try report()).markdown
    #expect(text.contains("### Latency (ms)\n\n|  | n | mean | p50 | p90 | p95 | p99 | max |\n| --- | ---: |"))
    #expect(text.contains("| TTFT | 10 | 100.00 |"))
    #expect(text.contains("### Failures"))
  }
}

@Suite("Table")
struct ConsoleTableTests {
  @Test("Columns line up, wide characters count as two columns")
  func widths() {
    let table = ConsoleTable(
      columns: [.init("名称", .left), .init("n")],
      rows: [
        ["模型一", "1"], ["ab", "100"], ["é", "7"], ["👩‍👩‍👧!", "8"], ["ＡＢ", "9"], ["한글", "10"], ["e\u{301}", "11"],
      ])
    #expect(
      table.lines == [
        "名称      n", "-----------", "模型一    1", "ab      100", "é         7", "👩‍👩‍👧!       8", "ＡＢ      9", "한글     10",
        "e\u{301}        11",
      ])
  }

  @Test("Missing cells are empty, surplus ones left out, and a bar does not end a Markdown cell")
  func cells() {
    let table = ConsoleTable(
      columns: [.init("a", .left), .init("b")], rows: [["x|y"], ["1", "2", "3"], ["p\nq", ""]])
    #expect(table.markdown == ["| a | b |", "| --- | ---: |", "| x\\|y |  |", "| 1 | 2 |", "| p q |  |"])
    #expect(table.lines == ["a    b", "------", "x|y", "1    2", "p q"])
  }

  @Test(
    "What a server wrote is text in Markdown, and no mark, link or HTML",
    arguments: [
      ("a `b` *c* [d](http://e) <img src=x>", #"a \`b\` \*c\* \[d\](http\://e) \<img src=x\>"#),
      ("max_tokens _x_ | &amp; & #1", #"max_tokens \_x\_ \| \&amp; & #1"#), ("# a\n- b", ##"\# a - b"##),
      ("www.example.com me@example.com", #"www\.example.com me\@example.com"#), (#"a\`b"#, #"a\\\`b"#),
      ("x\u{202E}y\u{9B}31m\u{1B}[0m", #"x y 31m \[0m"#),
    ])
  func escaping(text: String, cell: String) {
    let table = ConsoleTable(columns: [.init("a", .left)], rows: [[text]])
    #expect(table.markdown.last == "| \(cell) |")
  }

  @Test(
    "A column of code keeps its words as they are", arguments: [("a_b|c", #"`a_b\|c`"#), ("a`b", "``a`b``"), ("", "")])
  func code(text: String, cell: String) {
    let table = ConsoleTable(columns: [.init("a", .left, isCode: true)], rows: [[text]])
    #expect(table.markdown.last == "| \(cell) |")
  }
}
