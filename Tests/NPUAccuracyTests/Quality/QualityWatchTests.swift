import NPUBase
import NPUMetrics
import NPUServices
import NPUTransport
import Synchronization
import Testing

@testable import NPUAccuracy
@testable import NPULoad
@testable import NPUSimulator

/// What is found in one response.
@Suite("Examined responses")
struct QualityWatchTests {
  static let watch = QualityWatch(
    QualityOptions(), plan: QualityPlans.plan,
    isGreedy: false, secret: 5)
  static let nonces = RequestNonces(secret: 5)

  /// A response with what must be found in it.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var prompt = Prompt.Content.text("Why is the sky blue?")
    var hasMedia = false
    var text = "Light is scattered by the air."
    var reasoning = ""
    var outcome = Outcome(.success)
    var finish: String? = "stop"
    var tokens: Int? = 8
    var limit: Int? = 64
    var ignoresEnd = false
    var asksForLogprobs = false
    var logprobs = (good: 0, bad: 0)
    var lacksFirstLogprob = false
    var echoes = false
    var isCanary = false
    var brokenCharacters = 0
    var kinds: Set<AnomalyKind>? = []
    var canary: ResponseFindings.Canary?
    var unaskedScript: String?

    var testDescription: String { name }

    func findings(index: Int = 3) -> ResponseFindings? {
      var response = ExaminedResponse()
      (response.text, response.reasoning) = (text, reasoning)
      (response.logprobs, response.brokenLogprobs) = logprobs
      response.lacksFirstLogprob = lacksFirstLogprob
      response.brokenCharacters = brokenCharacters
      var prompt = Prompt(self.prompt)
      prompt.isCanary = isCanary
      let request = ExaminedRequest(
        index: index, prompt: prompt, common: [.system("Be brief.")], asksForLogprobs: asksForLogprobs,
        ignoresEnd: ignoresEnd, echoes: echoes, hasMedia: hasMedia)
      let record = RequestRecord(
        index: index, timeline: StreamTimeline(started: MonotonicInstant(nanoseconds: 1)), outcome: outcome,
        finishReason: finish, tokens: TokenCounts(completion: tokens, source: tokens == nil ? .unknown : .usage),
        requested: RequestedLengths(outputTokens: limit))
      return QualityWatchTests.watch.examination(of: request)(response, record)
    }
  }

  static let russian = "Небо голубое, потому что воздух рассеивает короткие волны."
  static let mixed = "On the sign in the middle of the picture these words can be read, as far as I see. " + russian

  static let cases: [Case] = [
    Case(name: "right"),
    Case(
      name: "loop in the reasoning", reasoning: String(repeating: "Wait, let me think again. ", count: 20),
      kinds: [.loop]),
    Case(name: "nothing", text: "", kinds: [.empty]),
    Case(name: "judged empty", text: "", outcome: Outcome(.emptyResponse), kinds: [.empty]),
    Case(name: "reasoning and nothing", text: "", reasoning: "Hm.", kinds: [.empty]),
    Case(name: "reasoning to the limit", text: "", reasoning: "Hm.", finish: "length", tokens: 64),
    Case(name: "at the limit", finish: "length", tokens: 64),
    Case(name: "one token less", finish: "length", tokens: 63),
    Case(name: "length below the limit", finish: "length", tokens: 20, kinds: [.truncated]),
    Case(name: "nobody counted", finish: "length", tokens: nil),
    Case(name: "no limit known", finish: "length", tokens: 20, limit: nil),
    Case(name: "end that was to be ignored", tokens: 20, ignoresEnd: true, kinds: [.truncated]),
    Case(name: "no end", outcome: Outcome(.truncatedStream), finish: nil, kinds: [.truncated]),
    Case(name: "refused", outcome: Outcome(.httpStatus(503)), kinds: nil),
    Case(name: "torn characters", brokenCharacters: 2, kinds: [.replacementCharacter]),
    Case(name: "code of another", text: "It is \(nonces.code(of: 4)).", kinds: [.leak]),
    Case(name: "numbers", asksForLogprobs: true, logprobs: (8, 0)),
    Case(name: "a null among numbers", asksForLogprobs: true, logprobs: (7, 1), kinds: [.nanLogprob]),
    Case(
      name: "NaN in the JSON", outcome: Outcome(.malformedPayload), asksForLogprobs: true, logprobs: (3, 1),
      kinds: [.nanLogprob]),
    Case(name: "broken JSON", outcome: Outcome(.malformedPayload), asksForLogprobs: true, logprobs: (3, 0), kinds: nil),
    Case(
      name: "only the first is null", asksForLogprobs: true, logprobs: (7, 0), lacksFirstLogprob: true,
      kinds: [.nanLogprob]),
    Case(
      name: "the first of an echo is null", asksForLogprobs: true, logprobs: (7, 0), lacksFirstLogprob: true,
      echoes: true),
    Case(name: "Russian", text: russian, unaskedScript: "cyrillic"),
    Case(name: "Russian after token ids", prompt: .tokens([5, 6]), text: russian),
    Case(name: "Russian after an image", hasMedia: true, text: russian),
    Case(name: "mixed", text: mixed, kinds: [.foreignScript]),
    Case(name: "mixed after token ids", prompt: .tokens([5, 6]), text: mixed),
    Case(name: "mixed after an image", hasMedia: true, text: mixed),
    Case(name: "own code", text: nonces.code(of: 3), isCanary: true, canary: .right),
    Case(name: "own code among words", text: "Sure: \(nonces.code(of: 3)).", isCanary: true, canary: .right),
    Case(name: "another word", text: "I cannot do that.", isCanary: true, canary: .wrong),
    Case(
      name: "code of another canary", text: nonces.code(of: 99), isCanary: true, kinds: [.leak], canary: .wrong),
    Case(name: "canary cut by its limit", finish: "length", tokens: 64, isCanary: true, canary: .undecided),
  ]

  @Test("What is wrong with a response is found", arguments: cases)
  func kinds(_ test: Case) {
    let findings = test.findings()
    #expect(findings.map { Set($0.anomalies.map(\.kind)) } == test.kinds, "\(String(describing: findings))")
    #expect(findings?.canary == test.canary)
    #expect(findings?.unaskedScript == test.unaskedScript)
  }

  /// Notes what it is told of requests.
  private final class Listener: ResponseExaminer {
    let told = Mutex<[ExaminedRequest]>([])

    func examination(of request: ExaminedRequest) -> ResponseExamination {
      told.withLock { $0.append(request) }
      return { _, _ in nil }
    }
  }

  @Test("What the model is given beside known texts is told, and whether it repeats them")
  func given() async throws {
    let listener = Listener()
    let service = try ServiceConfiguration("http://127.0.0.1:1")
    let image = ContentPart.imageURL("http://127.0.0.1:1/a.png")
    let prompts = try PromptList([
      Prompt(.text("Why?")),
      Prompt(.messages([PromptMessage(role: "user", content: .parts([.text("What?"), image]))])),
    ])
    var chats = ChatWorkload(
      service: service, pattern: ChatRequest(model: "m", messages: []), prompts: prompts)
    chats.examiner = listener
    for index in 0..<2 { _ = try await chats.prepare(index) }
    var pattern = CompletionRequest(model: "m", prompt: "")
    for echo in [nil, true] {
      pattern.echo = echo
      var completions = CompletionWorkload(
        service: service, pattern: pattern, prompts: try PromptList([Prompt(.tokens([5, 6]))]))
      completions.examiner = listener
      _ = try await completions.prepare(0)
    }
    let told = listener.told.withLock(\.self)
    #expect(told.map(\.isPlain) == [true, false, false, false])
    #expect(told.map(\.echoes) == [false, false, false, true])
  }

  @Test("Log-probabilities that were asked for and came with no response are counted")
  func missingLogprobs() throws {
    var counter = QualityCounter()
    for index in 0..<4 {
      var record = RequestRecord(
        index: index, timeline: StreamTimeline(started: MonotonicInstant(nanoseconds: 1)), outcome: Outcome(.success))
      record.findings = Case(name: "none", asksForLogprobs: true).findings(index: index)
      counter.add(record, isGood: true)
    }
    let figures = try #require(counter.figures(since: nil, perSecond: { _ in nil }, hasObjectives: true))
    #expect(figures.kinds[.nanLogprob]?.count == 4)
    #expect(figures.wrong == 4 && figures.right == 0 && figures.goodAndRight == 0)
  }

  @Test(
    "A corruption of 1 in 1,000 is found in 10,000 responses in 99 of 100 seeds", arguments: Corruption.Kind.allCases)
  func power(_ kind: Corruption.Kind) throws {
    let expected = try #require(AnomalyKind(rawValue: kind.rawValue))
    let missed = (0..<100).count { seed in
      let behaviour = Behaviour().with {
        $0.seed = UInt64(seed)
        $0.corruption = Corruption([kind], rate: 0.001)
      }
      let spoiled = (0..<10_000).lazy.filter { behaviour.corruption(forRequest: $0) != nil }
      return !spoiled.contains { Self.isFound(kind, expected, seed: UInt64(seed) << 32 | UInt64($0)) }
    }
    #expect(missed <= 1)
  }

  /// Whether a spoiled response is found: those that the whole run decides, among clean ones.
  private static func isFound(_ kind: Corruption.Kind, _ expected: AnomalyKind, seed: UInt64) -> Bool {
    let spoiled = SpoiledText(kind, tokens: 64, script: .latin, seed: seed, secret: nonces.code(of: 77))
    var test = Case(name: "", text: spoiled.text, finish: spoiled.finishReason ?? "stop")
    if kind == .nanLogprob { (test.asksForLogprobs, test.logprobs) = (true, (0, 64)) }
    guard let findings = test.findings() else { return false }
    guard kind == .lengthCollapse else { return findings.anomalies.contains { $0.kind == expected } }
    return findings.characters < LengthCollapse.threshold([280: 50, 300: 50, 320: 50]) ?? 0
  }
}
