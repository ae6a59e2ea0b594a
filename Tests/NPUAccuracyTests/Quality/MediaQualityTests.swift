import NPUBase
import NPUMetrics
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import Synchronization
import TestSupport
import Testing

@testable import NPUAccuracy
@testable import NPULoad

/// Images, sounds and transcriptions whose responses are examined, of services that go wrong in a known way.
@Suite("Quality of images and audio under load", .timeLimit(.minutes(30)))
struct MediaQualityTests {
  // MARK: - One response

  private static func image(_ factor: Int, side: Int = 16) throws -> [UInt8] {
    let samples = (0..<3 * side * side).map { UInt8(truncatingIfNeeded: $0 &* factor &+ $0 / 5 &* factor) }
    return try PixelImage(width: side, height: side, channels: 3, samples: samples).pngEncoded()
  }

  private static func sound(_ seconds: Double, loudness: Float = 1) throws -> [UInt8] {
    let clip = try AudioClip.toneBursts(seed: 3, .seconds(seconds), sampleRate: 8000)
    return try AudioClip(samples: clip.samples.map { $0 * loudness }, sampleRate: 8000).wav()
  }

  private static func kinds(
    _ media: ExaminedMedia?, words: String? = nil, outcome: Outcome = Outcome(.success)
  ) throws -> Set<AnomalyKind>? {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 2), stop: .requests(8))
    let watch = MediaWatch(MediaQualityOptions(), plan: plan)
    let record = RequestRecord(
      index: 3, timeline: StreamTimeline(started: MonotonicInstant(nanoseconds: 1)), outcome: outcome)
    let findings = watch.examination(of: ExaminedMediaRequest(index: 3, key: "a", words: words))(media, record)
    return findings.map { Set($0.anomalies.map(\.kind)) }
  }

  @Test("An image of one colour is empty, one that ends early is truncated, and other formats are not judged")
  func images() throws {
    let whole = try Self.image(37)
    #expect(try Self.kinds(.images([whole])) == [])
    #expect(try Self.kinds(.images([whole, try Self.image(0)])) == [.empty])
    #expect(try Self.kinds(.images([Array(whole.dropLast(30))])) == [.truncated])
    #expect(try Self.kinds(.images([[0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 0x4A, 0x46, 0x49, 0x46]])) == [])
    #expect(try Self.kinds(nil) == [])
  }

  @Test("Silence is empty, and sound of a format that is not read is not judged")
  func sounds() throws {
    #expect(try Self.kinds(.speech(try Self.sound(0.5))) == [])
    #expect(try Self.kinds(.speech(try Self.sound(0.5, loudness: 0))) == [.empty])
    #expect(try Self.kinds(.speech(nil)) == [])
  }

  @Test("Transcriptions are examined as texts; no words are wrong only where some are known to be said")
  func transcriptions() throws {
    #expect(try Self.kinds(.transcription("The sea was calm that night."), words: "The sea was calm.") == [])
    #expect(try Self.kinds(.transcription(String(repeating: "Thank you for watching. ", count: 30))) == [.loop])
    #expect(try Self.kinds(.transcription("The sea \u{FFFD} was calm.")) == [.replacementCharacter])
    #expect(try Self.kinds(.transcription("")) == [])
    #expect(try Self.kinds(.transcription(" "), words: "The sea was calm.") == [.empty])
  }

  @Test("A file that came cut or empty is a wrong answer; a refusal is none")
  func failures() throws {
    #expect(try Self.kinds(nil, outcome: Outcome(.emptyResponse)) == [.empty])
    #expect(try Self.kinds(nil, outcome: Outcome(Outcome.Kind(ServiceError.Kind.damagedMedia))) == [.truncated])
    #expect(try Self.kinds(nil, outcome: Outcome(.httpStatus(503))) == nil)
  }

  // MARK: - Alone and under load

  /// Responds with what a closure makes of the number of the call.
  private final class Script: Workload {
    let watch: MediaWatch
    let words: String?
    let response: @Sendable (_ call: Int) -> ExaminedMedia
    private let calls = Mutex(0)

    init(_ watch: MediaWatch, words: String? = nil, _ response: @escaping @Sendable (_ call: Int) -> ExaminedMedia) {
      (self.watch, self.words, self.response) = (watch, words, response)
    }

    func prepare(_ index: Int) async throws -> PreparedRequest? {
      let operation = ServiceOperation { [self] _ in
        let call = calls.withLock { calls -> Int in
          calls += 1
          return calls - 1
        }
        var result = OperationResult()
        result.media = response(call)
        return result
      }
      var prepared = PreparedRequest(operation: operation, requestID: "r\(index)")
      prepared.examine(by: watch, ExaminedMediaRequest(index: index, key: "a", words: words))
      return prepared
    }
  }

  /// Asks 9 times alone, the first of them what the others are compared with, and 8 times as under load.
  private static func compare(
    words: String? = nil, alone: ExaminedMedia, loaded: ExaminedMedia
  ) async throws -> (QualityFigures.AloneVersusLoad, [ResponseFindings]) {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 4), stop: .requests(16))
    let watch = MediaWatch(MediaQualityOptions(aloneCases: 8), plan: plan)
    let script = Script(watch, words: words) { $0 < 9 ? alone : loaded }
    return try await CurlTransport.with { transport in
      try await watch.askAlone(script, over: transport)
      var findings: [ResponseFindings] = []
      for index in 4..<12 {
        let next = try await script.prepare(index)
        let prepared = try #require(next)
        let record = await prepared.record(over: transport)
        findings.append(try #require(record.findings))
      }
      let comparison = try watch.comparison()
      return (try #require(comparison), findings)
    }
  }

  @Test("A sound that is cut under load is truncated, and unlike the ones alone")
  func cutSound() async throws {
    let whole = ExaminedMedia.speech(try Self.sound(1))
    let (comparison, findings) = try await Self.compare(alone: whole, loaded: .speech(try Self.sound(0.5)))
    #expect(findings.allSatisfy { $0.anomalies.map(\.kind) == [.truncated] })
    #expect(comparison.cases == 8 && comparison.worse == 8 && comparison.better == 0)
    #expect((comparison.pValue ?? 1) < 0.01)
    let likeness = try #require(comparison.likeness)
    #expect(likeness.measure == "log_mel_db" && likeness.alone == 0 && likeness.unlike == 8)
    #expect((likeness.underLoad ?? 0) > 3)
    #expect(comparison.examples?.first?.index == 4 && comparison.examples?.first?.requestID == "r4")
    let (same, none) = try await Self.compare(alone: whole, loaded: whole)
    #expect(same.worse == 0 && same.likeness?.underLoad == 0 && none.allSatisfy(\.anomalies.isEmpty))
  }

  @Test("Sound that is clipped under load is unlike the one alone")
  func clippedSound() async throws {
    let (comparison, _) = try await Self.compare(
      alone: .speech(try Self.sound(1)), loaded: .speech(try Self.sound(1, loudness: 20)))
    #expect(comparison.worse == 8)
    #expect(comparison.examples?.first?.detail.contains("clipped") == true)
  }

  @Test("The word error rate is that against the truth, or else against the transcription alone")
  func wordErrors() async throws {
    let alone = ExaminedMedia.transcription("Red green blue white")
    let loaded = ExaminedMedia.transcription("Red green glue")
    let (comparison, _) = try await Self.compare(words: "red green blue black", alone: alone, loaded: loaded)
    #expect(comparison.worse == 8)
    #expect(comparison.likeness?.alone == 0.25 && comparison.likeness?.underLoad == 0.5)
    let (own, _) = try await Self.compare(alone: alone, loaded: loaded)
    #expect(own.likeness?.alone == 0 && own.likeness?.underLoad == 0.5 && own.likeness?.worst == 0.5)
    let (same, _) = try await Self.compare(alone: alone, loaded: .transcription("red, green, blue, white."))
    #expect(same.worse == 0 && same.likeness?.unlike == 0)
    let (made, _) = try await Self.compare(alone: .transcription(""), loaded: .transcription("Thank you."))
    #expect(made.worse == 8 && made.likeness?.compared == 8)
    let (still, calm) = try await Self.compare(alone: .transcription(""), loaded: .transcription(""))
    #expect(still.worse == 0 && calm.allSatisfy(\.anomalies.isEmpty))
    let (_, silent) = try await Self.compare(alone: alone, loaded: .transcription(""))
    #expect(silent.allSatisfy { $0.anomalies.map(\.kind) == [.empty] })
  }

  @Test("An image of another size is unlike the one alone, and has no value")
  func otherSize() async throws {
    let (comparison, _) = try await Self.compare(
      alone: .images([try Self.image(37)]), loaded: .images([try Self.image(37, side: 24)]))
    #expect(comparison.worse == 8)
    #expect(comparison.likeness?.compared == 8 && comparison.likeness?.underLoad == nil)
  }

  // MARK: - Loads

  private static func draw(
    _ behaviour: Behaviour, concurrency: Int = 4, seed: Int? = 7
  ) async throws -> LoadReport {
    try await withSimulator(behaviour: behaviour) { simulator in
      let service = try Service(simulator.baseURL)
      let prompts = try PromptList([Prompt(.text("a red rose")), Prompt(.text("a robot"))])
      return try await service.images.load(
        .closedLoop(concurrency: concurrency), .requests(32), prompts: prompts,
        pattern: ImageRequest(prompt: nil, width: 32, height: 32, steps: 4, seed: seed),
        quality: MediaQualityOptions())
    }
  }

  @Test("Images that do not depend on the load are like those alone")
  func steadyImages() async throws {
    let report = try await Self.draw(Behaviour())
    let quality = try #require(report.quality)
    #expect(quality.answers == 32 && quality.wrong == 0, "\(quality.kinds)")
    let alone = try #require(quality.aloneVersusLoad)
    #expect(alone.cases >= 12 && alone.worse == 0 && alone.pValue == 1)
    #expect(alone.likeness?.measure == "ssim" && alone.likeness?.compared == 32)
    #expect(alone.likeness?.alone == 1 && alone.likeness?.worst == 1)
    #expect(try LoadReport(json: report.json()).quality == quality)
  }

  @Test("Images of another seed under load are found, without a wrong one among them")
  func racingImages() async throws {
    let report = try await Self.draw(
      Behaviour().with {
        $0.flaws = [.racesOnSeeds]
        $0.images.overhead = .milliseconds(20)
      })
    let alone = try #require(report.quality?.aloneVersusLoad)
    #expect(report.quality?.wrong == 0)
    #expect(alone.worse >= 6 && alone.better == 0, "\(alone)")
    #expect((alone.pValue ?? 1) < 0.05)
    #expect((alone.likeness?.worst ?? 1) < 0.85)
    let text = ReportText(report)
    #expect(text.console.contains("First responses unlike those alone") && text.console.contains("like those alone"))
    #expect(text.markdown.contains("to the image alone"))
  }

  @Test("Images that differ alone too are no fault of the load")
  func noisyImages() async throws {
    let report = try await Self.draw(Behaviour().with { $0.images.runNoise = 60 })
    let alone = try #require(report.quality?.aloneVersusLoad)
    #expect(alone.worse == 0 && (alone.likeness?.unlike ?? 0) > 20, "\(alone)")
  }

  @Test("Nothing is compared without a seed, or with one request at a time, and the report says why")
  func notCompared() async throws {
    let seedless = try await Self.draw(Behaviour(), seed: nil)
    #expect(seedless.quality?.aloneVersusLoad?.reason?.contains("no seed") == true)
    #expect(seedless.quality?.answers == 32)
    let single = try await Self.draw(Behaviour(), concurrency: 1)
    #expect(single.quality?.aloneVersusLoad?.reason?.contains("one request at a time") == true)
  }

  @Test("Speech without a sound is empty in every response")
  func silentSpeech() async throws {
    let report = try await withSimulator(
      behaviour: Behaviour().with {
        $0.flaws = [.speaksSilence]
        $0.audio.sampleRate = 8000
      }
    ) { simulator in
      try await Service(simulator.baseURL).speech.load(
        .closedLoop(concurrency: 3), .requests(9), prompts: PromptList(fixed: "Go on."),
        quality: MediaQualityOptions(aloneCases: 4))
    }
    let quality = try #require(report.quality)
    #expect(quality.answers == 9 && quality.wrong == 9 && quality.kinds[.empty]?.count == 9)
    // A silent sound alone is nothing to compare with.
    #expect(quality.aloneVersusLoad?.reason?.contains("empty, or of a format") == true)
  }

  @Test("Transcriptions under load are compared with those alone")
  func transcriptionLoad() async throws {
    let samples = try (1...2).map { seed in
      try AudioSample(wav: try AudioClip.toneBursts(seed: UInt64(seed), .seconds(2), sampleRate: 8000).wav())
    }
    let report = try await withSimulator { simulator in
      try await Service(simulator.baseURL).transcription.load(
        .closedLoop(concurrency: 4), .requests(24), samples: samples, quality: MediaQualityOptions())
    }
    let quality = try #require(report.quality)
    #expect(quality.answers == 24 && quality.wrong == 0, "\(quality.kinds)")
    #expect(quality.aloneVersusLoad?.worse == 0 && (quality.aloneVersusLoad?.cases ?? 0) >= 8)
    #expect(quality.aloneVersusLoad?.likeness?.underLoad == 0)
  }
}
