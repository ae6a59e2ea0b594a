import NPUAccuracy
import NPUBase
import NPUMetrics
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("Responses of two services to images")
struct VisionComparisonTests {
  private func compared(
    _ id: Int, _ baseline: String?, _ candidate: String?, keywords: [String] = ["cat"]
  ) -> VisionCaseComparison {
    func response(_ text: String?) -> CaseResponse {
      CaseResponse(RecordedResponse(text: text, error: text == nil ? "http_500: broken" : nil))
    }
    let asked = VisionCase(id: "\(id)", question: "Which animal?", image: [1], keywords: keywords)
    return VisionCaseComparison(asked, baseline: [response(baseline)], candidate: [response(candidate)])
  }

  private func comparison(_ cases: [VisionCaseComparison], tolerance: Double = 0.05) throws -> VisionComparison {
    try VisionComparison(baseline: "gpu", candidate: "npu", cases: cases, tolerance: tolerance)
  }

  @Test(
    "Keywords that are lost are flips",
    arguments: [
      (lost: 0, won: 0, cases: 100, verdict: AccuracyVerdict.same), (5, 0, 30, .undecided), (6, 0, 30, .worse),
      (0, 6, 30, .better), (9, 3, 30, .undecided), (3, 3, 500, .same),
    ])
  func flips(lost: Int, won: Int, cases: Int, verdict: AccuracyVerdict) throws {
    let all = (0..<cases).map { index in
      // Right on both sides in other words, so that the texts never agree.
      compared(
        index, index < won ? "A dog." : "It is a cat, number \(index).",
        index >= won && index < won + lost ? "A dog there." : "The CAT.")
    }
    let comparison = try comparison(all)
    #expect(comparison.verdict == verdict, "\(comparison.reason)")
    #expect(comparison.flips?.flips == (try PairedFlips(worse: lost, better: won, cases: cases)))
    let json = comparison.document.json
    let found = try #require(comparison.flips)
    #expect(json["flips"]?["worse"] == .int(Int64(lost)) && json["flips"]?["better"] == .int(Int64(won)))
    let pValue: JSONValue = lost + won == 0 ? .null : .double(found.pValue)
    #expect(json["flips"]?["p_value"] == pValue && json["cases"] == .int(Int64(cases)))
    #expect(json["exact_match"]?.number == 0 && json["normalized_match"]?.number == 0)
    #expect(json["similarity"]?.number != nil && json["judgement"]?["loss"]?.number == found.flips.loss)
    #expect(json["minimum_detectable_loss"]?.number == found.minimumDetectableLoss)
  }

  @Test("Equal texts are the same, whatever they say; without keywords others are undecided; a failure is wrong")
  func edges() throws {
    #expect(try comparison([compared(1, "A Cat", "a  cat")]).verdict == .same)
    let open = try comparison([compared(1, "A cat", "A dog", keywords: [])])
    #expect(open.verdict == .undecided && open.flips == nil && open.reason.contains("No case has keywords"))
    let failed = compared(1, "A cat", nil)
    #expect(failed.isCandidateRight == false && failed.similarity == nil && !failed.agrees)
    #expect(failed.candidateFault?.kind == "http_500")
    let text = ComparisonText(try comparison([failed]).document).console
    #expect(text.contains("http_500"))
  }

  @Test("What the candidate alone failed is lost, also without keywords")
  func failedWithoutKeywords() throws {
    let right = (0..<100).map { compared($0, "A cat \($0).", "The cat.") }
    let failed = (100..<200).map { compared($0, "A cat \($0).", nil, keywords: []) }
    let open = (200..<300).map { compared($0, "A cat \($0).", "A dog.", keywords: []) }
    let comparison = try comparison(right + failed + open)
    #expect(comparison.failedWithoutKeywords == 100 && comparison.verdict == .worse, "\(comparison.reason)")
    #expect(comparison.flips?.flips == (try PairedFlips(worse: 100, better: 0, cases: 200)))
    #expect(comparison.document.notes.contains { $0.contains("100 cases without keywords") })
    let alone = try self.comparison(failed)
    #expect(alone.verdict == .worse && alone.document.exitStatus == 1)
    let both = try self.comparison([compared(0, nil, nil, keywords: [])])
    #expect(both.flips == nil && both.document.exitStatus == 2)
  }

  @Test("An empty keyword is none, however it came into the case", arguments: [[""], [" ", "\t"]])
  func emptyKeywords(keywords: [String]) throws {
    let comparison = try comparison((0..<80).map { compared($0, "A cat \($0).", "A dog.", keywords: keywords) })
    #expect(comparison.flips == nil && comparison.verdict == .undecided, "\(comparison.reason)")
    #expect(compared(1, "A cat", "A dog", keywords: keywords + ["cat"]).isCandidateRight == false)
  }

  @Test("Equality of a part of the cases is no fact of the whole")
  func missing() throws {
    let cases = [compared(1, "A Cat", "a cat")]
    let part = try VisionComparison(baseline: "gpu", candidate: "npu", cases: cases, missing: ["x"])
    #expect(part.verdict == .undecided, "\(part.reason)")
  }

  @Test("A repeat that the baseline failed does not contradict it")
  func failedRepeat() {
    let (good, bad) = (
      CaseResponse(RecordedResponse(text: "A cat")), CaseResponse(RecordedResponse(error: "http_503: busy"))
    )
    let asked = VisionCase(id: "a", question: "Which animal?", image: [1], keywords: ["cat"])
    let compared = [[good, bad], [good, bad, good]].map {
      VisionCaseComparison(asked, baseline: $0, candidate: [good]).baselineRepeatsItself
    }
    #expect(compared == [nil, true])
  }

  @Test("What the baseline failed is not judged")
  func failedBaseline() throws {
    let failed = compared(1, nil, "A cat")
    #expect(failed.isBaselineRight == nil && failed.isCandidateRight == nil)
    let comparison = try comparison((0..<10).map { compared($0, nil, "A cat") } + [compared(10, "cat", "Cat")])
    #expect(comparison.flips?.flips == (try PairedFlips(worse: 0, better: 0, cases: 1)))
    #expect(comparison.verdict == .same && comparison.document.notes.contains { $0.contains("10 cases") })
    #expect(try self.comparison([failed]).document.exitStatus == 2)
  }

  @Test("Of several responses more than half decide, as many of both sides")
  func repeats() {
    func responses(_ texts: String...) -> [CaseResponse] {
      texts.map { CaseResponse(RecordedResponse(text: $0)) }
    }
    let asked = VisionCase(id: "a", question: "Which animal?", image: [1], keywords: ["cat"])
    let compared = VisionCaseComparison(
      asked, baseline: responses("A cat.", "A cat.", "cat", "dog"), candidate: responses("A cat.", "A dog.", "A dog."))
    #expect(compared.isBaselineRight == true && compared.isCandidateRight == false && !compared.agrees)
  }

  @Test("A key that a service repeats reaches neither a recording nor a report, and every parameter is recorded")
  func secrets() async throws {
    let secret = "sk-very-secret-key-42"
    let folder = try TemporaryFolder()
    try await withSimulator(behaviour: Behaviour().with { $0.text = "Your key is \(secret)." }) { simulator in
      try await CurlTransport.with { transport in
        let client = ChatClient(
          transport: transport, service: try ServiceConfiguration(simulator.baseURL, apiKey: Secret(secret)))
        var pattern = ChatRequest(model: "simulated-chat", messages: [])
        pattern.topP = 0.5
        pattern.extras = ["image_detail": "low"]
        let side = ComparedSide(vision: client, pattern: pattern)
        let cases = try VisionCase.rendered(1)
        let comparison = try await VisionComparison.run(cases, baseline: side, candidate: side)
        #expect(comparison.cases.first?.baselineText == "Your key is <secret>.")
        #expect(try !comparison.document.jsonText().contains(secret))
        let writer = try RecordingWriter(folder: folder.file("r"), manifest: side.manifest)
        try await side.record(cases, repeats: 1, into: writer)
        #expect(try !folder.text("r/cases.jsonl").contains(secret))
        let recording = try Recording(folder: folder.file("r"))
        #expect(recording.manifest.parameters == ["top_p": 0.5, "image_detail": "low"])
        let again = ComparedSide(vision: client, pattern: ChatRequest(commonOf: recording))
        try recording.requireComparable(with: again.manifest)
        pattern.topP = 0.6
        let changed = ComparedSide(vision: client, pattern: pattern)
        #expect(throws: AccuracyError.self) { try recording.requireComparable(with: changed.manifest) }
        // A case of the recording that is not asked any more is named.
        let others = try VisionCase.rendered(3)
        try await side.record(others, repeats: 1, into: writer)
        let part = try await VisionComparison.run(
          Array(others.suffix(1)), baseline: ComparedSide(try Recording(folder: folder.file("r"))), candidate: side)
        #expect(part.missing == others.prefix(2).map(\.id))
      }
    }
  }

  @Test("Rendered cases are the same for the same seed, have keywords, and images that are whole")
  func rendered() throws {
    let cases = try VisionCase.rendered(9, seed: 4)
    #expect(cases == (try VisionCase.rendered(9, seed: 4)))
    #expect(cases != (try VisionCase.rendered(9, seed: 5)))
    #expect(Set(cases.map(\.id)).count == 9)
    for rendered in cases {
      #expect(rendered.keywords.count == 1)
      _ = try PNGImage(decoding: try #require(rendered.image))
    }
  }

  @Test("A file of cases reads images beside it, and the guides' name of the keyword")
  func files() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(try TestImage.solid(.red, width: 8, height: 8).png(), to: "a.png")
    let path = try folder.write(
      "{\"image\": \"a.png\", \"question\": \"What?\", \"expected_keyword\": \"red\"}\n"
        + "{\"id\": \"b\", \"image\": \"a.png\", \"question\": \"And?\", \"keywords\": [\"x\", \"y\"]}\n", to: "c.jsonl"
    )
    let cases = try VisionCase.cases(contentsOf: path)
    #expect(cases.map(\.keywords) == [["red"], ["x", "y"]] && cases.map(\.id) == ["1", "b"])
    let texts = try folder.write(
      "{\"image\": \"a.png\", \"question\": \"What?\", \"keywords\": \"red\"}\n"
        + "{\"image\": \"a.png\", \"question\": \"And?\", \"expected_keyword\": null}\n", to: "e.jsonl")
    #expect(try VisionCase.cases(contentsOf: texts).map(\.keywords) == [["red"], []])
    for keywords in ["[\"red\", null]", "{\"a\": 1}"] {
      let path = try folder.write(
        "\n{\"image\": \"a.png\", \"question\": \"What?\", \"keywords\": \(keywords)}\n", to: "f.jsonl")
      let error = #expect(throws: AccuracyError.self) { try VisionCase.cases(contentsOf: path) }
      #expect(error?.line == 2 && error?.message.contains("keywords") == true)
    }
    let bad = try folder.write("{\"image\": \"none.png\", \"question\": \"What?\"}\n", to: "d.jsonl")
    let error = #expect(throws: AccuracyError.self) { try VisionCase.cases(contentsOf: bad) }
    #expect(error?.line == 1 && error?.message.contains("none.png") == true)
  }

  @Test(
    "A simulated model that cannot read some images loses their keywords, live and recorded", .timeLimit(.minutes(30)))
  func simulated() async throws {
    let cases = try VisionCase.rendered(12)
    let folder = try TemporaryFolder()
    var seeing = Behaviour().with {
      $0.seesImages = true
      $0.repeatsQuotes = true
    }
    for asked in cases {
      guard let image = asked.image else { continue }
      seeing.imageTexts["data:image/png;base64," + Base64.encode(image)] = asked.keywords.joined(separator: " ")
    }
    var blind = seeing
    for address in seeing.imageTexts.keys.sorted().prefix(7) { blind.imageTexts[address] = "something else" }
    try await withSimulator(behaviour: seeing) { first in
      try await withSimulator(behaviour: blind) { second in
        try await CurlTransport.with { transport in
          let sides = try [first, second].map { simulator in
            let client = ChatClient(transport: transport, service: try ServiceConfiguration(simulator.baseURL))
            var pattern = ChatRequest(model: "simulated-chat", messages: [])
            pattern.temperature = 0
            pattern.maxTokens = 32
            return ComparedSide(vision: client, pattern: pattern)
          }
          let live = try await VisionComparison.run(cases, baseline: sides[0], candidate: sides[1], repeats: 2)
          #expect(live.cases.allSatisfy { $0.isBaselineRight == true && $0.baselineRepeatsItself == true })
          // Colours and charts may share an image; each lost address loses one case at least.
          #expect(try #require(live.flips).flips.worse >= 6)
          #expect(live.verdict == .worse, "\(live.reason)")
          let writer = try RecordingWriter(folder: folder.file("r"), manifest: sides[0].manifest)
          try await sides[0].record(cases, repeats: 2, into: writer)
          let recording = try Recording(folder: folder.file("r"))
          let against = try await VisionComparison.run(
            cases, baseline: ComparedSide(recording), candidate: sides[1], repeats: 2)
          #expect(against.cases == live.cases)
          #expect(ChatRequest(commonOf: recording).maxTokens == 32)
        }
      }
    }
  }
}
