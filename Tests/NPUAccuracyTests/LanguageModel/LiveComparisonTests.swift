import NPUAccuracy
import NPUBase
import NPULoad
import NPUMetrics
import NPUServices
import NPUSimulator
import NPUTransport
import Synchronization
import TestSupport
import Testing

@Suite("Services compared live, against simulators with a known loss")
struct LiveComparisonTests {
  /// Prompts that the simulator answers with drawn words.
  private static let open = (0..<12).map {
    AccuracyCase(id: "open \($0)", prompt: Prompt(.text("Tell me of sea \($0).")))
  }
  /// Prompts whose quoted text it repeats.
  private static let known = (0..<40).map { number in
    AccuracyCase(
      id: "known \(number)", prompt: Prompt(.text("Repeat \"word \(number)\"")),
      expectation: CaseExpectation(reference: "word \(number)"))
  }

  private static func pattern(_ kind: RecordingKind = .chat, logprobs: Bool = false) -> CasePattern {
    CasePattern(
      kind: kind, model: "simulated-chat", sampling: SamplingParameters(temperature: 0, maxTokens: 24),
      topLogprobs: logprobs ? 5 : nil)
  }

  /// Runs a closure with a runner for each of two behaviours.
  private static func with<Result>(
    _ first: Behaviour, _ second: Behaviour, _ pattern: CasePattern,
    _ body: (CaseRunner, CaseRunner) async throws -> Result
  ) async throws -> Result {
    let transport = try CurlTransport()
    defer { transport.shutDown() }
    return try await withSimulator(behaviour: first) { first in
      try await withSimulator(behaviour: second) { second in
        let services = try [first, second].map { try ServiceConfiguration($0.baseURL) }
        return try await body(
          CaseRunner(transport: transport, service: services[0], pattern: pattern, name: "first"),
          CaseRunner(transport: transport, service: services[1], pattern: pattern, name: "second"))
      }
    }
  }

  private static func ask(
    _ runner: CaseRunner, _ cases: [AccuracyCase], _ passes: [CaseRunner.Pass] = [.init(repetition: 0)]
  ) async throws -> ComparedService {
    var asked: [RecordedCase] = []
    try await runner.run(cases, passes: passes, in: runner.manifest()) { asked.append($0) }
    let known = Dictionary(cases.map { ($0.id, $0) }) { first, _ in first }
    return ComparedService(name: runner.name, recorded: asked) { recorded, text in
      known[recorded.id]?.expectation.isMet(by: text)
    }
  }

  @Test("One service twice is the same, whatever is known of its responses")
  func same() async throws {
    try await Self.with(.gpu, .gpu, Self.pattern()) { first, second in
      let cases = Self.open + Self.known
      let comparison = try LanguageModelComparison(
        baseline: try await Self.ask(first, cases), candidate: try await Self.ask(second, cases))
      #expect(comparison.verdict == .same)
      #expect(comparison.exactMatch == 1)
      #expect(comparison.baselineScore == 1 && comparison.judged == 40)
    }
  }

  @Test("A service that answers a share of known prompts wrongly is worse, case by case")
  func wrong() async throws {
    let candidate = Behaviour.gpu.with { $0.perturbation.wrongRate = 0.3 }
    try await Self.with(.gpu, candidate, Self.pattern()) { first, second in
      let comparison = try LanguageModelComparison(
        baseline: try await Self.ask(first, Self.known), candidate: try await Self.ask(second, Self.known))
      let wrong = comparison.cases.filter { $0.candidateText == "I am not sure about that." }
      #expect(wrong.count >= 6 && wrong.count <= 20)
      #expect(comparison.verdict == .worse)
      #expect(comparison.flips?.flips == (try PairedFlips(worse: wrong.count, better: 0, cases: 40)))
      #expect(comparison.cases.filter { $0.flip == .worse } == wrong)
    }
  }

  @Test(
    "The margin of the simulated tie is found where responses part",
    arguments: [
      (RecordingKind.chat, 0.05, FirstDivergence.Kind.nearTie), (.completion, 0.05, .nearTie), (.chat, 3, .defect),
    ])
  func ties(kind: RecordingKind, margin: Double, expected: FirstDivergence.Kind) async throws {
    let baseline = Behaviour(outputTokens: 24).with {
      $0.perturbation.turnRate = 1
      $0.perturbation.turnMargin = margin
    }
    let candidate = baseline.with { $0.perturbation.turns = true }
    try await Self.with(baseline, candidate, Self.pattern(kind, logprobs: true)) { first, second in
      let comparison = try LanguageModelComparison(
        baseline: try await Self.ask(first, Self.open), candidate: try await Self.ask(second, Self.open))
      #expect(comparison.divergences(expected) == Self.open.count)
      for entry in comparison.cases {
        #expect(abs((entry.divergence?.margin ?? .nan) - margin) < 1e-9)
        #expect((1...13).contains(entry.divergence?.tokenIndex ?? 0))
      }
      // Up to there nothing differs.
      let logprobs = try #require(comparison.logprobs)
      #expect(logprobs.source == .commonPrefix)
      #expect(logprobs.all.drift == 0 && logprobs.all.divergence?.top1Agreement == 1)
      #expect(logprobs.coverage > 0 && logprobs.coverage < 1)
      #expect(comparison.verdict == .undecided)
    }
  }

  @Test("A shift of log-probabilities is measured on the baseline's responses, scored by both")
  func scored() async throws {
    let candidate = Behaviour.gpu.with { $0.perturbation.logprobShift = -0.2 }
    try await Self.with(.gpu, candidate, Self.pattern(.completion, logprobs: true)) { first, second in
      let baseline = try await Self.ask(first, Self.open)
      var scored: [ScoredResponse] = []
      for (entry, said) in zip(Self.open, baseline.cases) {
        let text = try #require(said.alone.first?.text)
        let own = try #require(try await first.scores(of: text, to: entry))
        let other = try #require(try await second.scores(of: text, to: entry))
        #expect(own.map(\.token).joined() == text)
        scored.append(ScoredResponse(id: entry.id, baseline: own, candidate: other))
      }
      let comparison = try LanguageModelComparison(
        baseline: baseline, candidate: try await Self.ask(second, Self.open), scored: scored)
      let logprobs = try #require(comparison.logprobs)
      #expect(logprobs.source == .scored)
      #expect(logprobs.coverage == 1 && logprobs.responses == Self.open.count)
      #expect(abs(logprobs.all.drift + 0.2) < 1e-9)
      #expect(abs(logprobs.all.perplexityRatio - 1.221402758160170) < 1e-9)
      #expect(logprobs.all.divergence?.meanKLGroups ?? 0 > 0)
      #expect(logprobs.byPosition.map(\.from) == [0, 16] && logprobs.byLength.map(\.from) == [16])
    }
  }

  @Test("Noise from run to run is seen alone and among others, and is no loss")
  func noise() async throws {
    let noisy = Behaviour(outputTokens: 24).with {
      $0.perturbation.turnRate = 1
      $0.perturbation.runNoise = 0.5
    }
    let passes = CaseRunner.Pass.plan(repeats: 2, concurrency: 4)
    #expect(passes == [.init(repetition: 0), .init(repetition: 1), .init(repetition: 2, concurrency: 4)])
    try await Self.with(noisy, noisy, Self.pattern()) { first, second in
      let baseline = try await Self.ask(first, Self.open, passes)
      #expect(baseline.cases.allSatisfy { $0.alone.count == 2 && $0.amongOthers.count == 1 })
      let determinism = try #require(Determinism(baseline))
      #expect(determinism.repeated == 12 && determinism.loaded == 12)
      #expect(determinism.equalAlone < 12 && determinism.equalAmongOthers < 12)
      // The same noise in other requests: it goes by their number.
      _ = try await second.response(to: Self.open[0])
      let comparison = try LanguageModelComparison(
        baseline: baseline, candidate: try await Self.ask(second, Self.open, passes))
      #expect(comparison.basis == .ownNoise)
      #expect(comparison.verdict == .undecided)
    }
  }

  @Test("A request that fails is a response with an error, and the run goes on")
  func failures() async throws {
    let broken = Behaviour.gpu.with {
      $0.fault = Fault(.errorFirst)
      $0.faultRequests = [1, 3]
    }
    try await Self.with(broken, .gpu, Self.pattern()) { first, _ in
      let service = try await Self.ask(first, Array(Self.known.prefix(6)))
      #expect(service.cases.map { $0.alone.first?.text == nil } == [false, true, false, true, false, false])
      #expect(service.cases[1].alone.first?.response.error?.hasPrefix("http_") == true)
      #expect(service.cases[1].alone.first?.isRight == false)
    }
  }

  @Test("A recording that is killed and gone on with has every case once, and is compared like a live service")
  func resumed() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("recording")
    struct Killed: Error {}
    let passes = CaseRunner.Pass.plan(repeats: 2, concurrency: 3)
    let cases = Array(Self.known.prefix(7))
    func record(_ runner: CaseRunner, limit: Int) async throws {
      let writer = try RecordingWriter(folder: path, manifest: runner.manifest())
      var count = 0
      try await runner.run(
        cases, passes: passes, in: writer.manifest,
        unless: { try writer.contains($0, repetition: $1, request: $2) },
        keep: { recorded in
          if count == limit { throw Killed() }
          count += 1
          try writer.append(recorded)
        })
    }
    try await Self.with(.gpu, .gpu, Self.pattern()) { first, second in
      for limit in [0, 3, 5, 4] {
        await #expect(throws: Killed.self) { try await record(first, limit: limit) }
      }
      try await record(first, limit: .max)
      try await record(first, limit: 0)
      let recording = try Recording(folder: path)
      #expect(recording.cases.count == 21)
      #expect(recording.cases.count { $0.concurrency == 3 } == 7)
      let comparison = try LanguageModelComparison(
        baseline: ComparedService(name: path, recorded: recording.cases),
        candidate: try await Self.ask(second, cases, passes))
      #expect(comparison.verdict == .same)
      try recording.requireComparable(with: second.manifest())
      let known = try #require(recording.cases.first)
      let entry = try #require(cases.first { $0.id == known.id })
      try recording.requireUnchanged(known, asking: second.pattern.recorded(entry))
    }
  }

  @Test("A key that a service repeats does not reach a recording")
  func secrets() async throws {
    let secret = "sk-very-secret-key-42"
    let transport = try CurlTransport()
    defer { transport.shutDown() }
    try await withSimulator(behaviour: Behaviour.gpu.with { $0.text = "Your key is \(secret)." }) { simulator in
      let runner = CaseRunner(
        transport: transport, service: try ServiceConfiguration(simulator.baseURL, apiKey: Secret(secret)),
        pattern: Self.pattern(logprobs: true))
      let response = try await runner.response(to: Self.known[0])
      #expect(response.text == "Your key is <secret>.")
      #expect(response.tokens == nil)
      #expect(!"\(runner.manifest())".contains(secret))
    }
  }

  @Test("What a case is recorded as names its media by their digest, and refuses what its kind cannot ask")
  func requests() throws {
    let picture = ChatMessage.Content.parts([
      .text("What is it?"), .other(["type": "image_url", "image_url": ["url": "data:image/png;base64,AAAA"]]),
    ])
    let entry = AccuracyCase(id: "v", prompt: Prompt(.messages([PromptMessage(role: "user", content: picture)])))
    let request = try Self.pattern().recorded(entry)
    let url = request["messages"]?[0]?["content"]?[1]?["image_url"]?["url"]?.string
    #expect(url?.hasPrefix("sha256:") == true)
    #expect(throws: AccuracyError.self) { try Self.pattern(.completion).recorded(entry) }
    #expect(throws: AccuracyError.self) {
      try Self.pattern().recorded(AccuracyCase(id: "t", prompt: Prompt(.tokens([1, 2]))))
    }
    #expect(Self.pattern(logprobs: true).parameters == ["temperature": 0, "max_tokens": 24, "top_logprobs": 5])
  }
}
