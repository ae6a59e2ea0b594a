import Foundation
import NPUAccuracy
import NPUBase
import NPUMetrics
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("Images of the simulator's modes", .timeLimit(.minutes(30)))
struct SimulatedImageComparisonTests {
  private static let cases = ImageCase.cases(["a", "b"], seeds: 4, width: 32, height: 32)

  /// Runs a closure with the sides of two simulators.
  private func with<Result>(
    _ baseline: Behaviour = Behaviour(), _ candidate: Behaviour,
    _ protocols: [ImageRequest.WireProtocol] = [.diffusers, .diffusers],
    _ body: ([ComparedSide<ImageCase>], [Simulator]) async throws -> Result
  ) async throws -> Result {
    try await withSimulator(behaviour: baseline) { first in
      try await withSimulator(behaviour: candidate) { second in
        try await CurlTransport.with { transport in
          let sides = try zip([first, second], protocols).map { simulator, wireProtocol in
            let client = ImageClient(
              transport: transport, service: try ServiceConfiguration(simulator.baseURL), wireProtocol: wireProtocol)
            return ComparedSide(images: client, pattern: ImageRequest(prompt: nil, steps: 4))
          }
          return try await body(sides, [first, second])
        }
      }
    }
  }

  private func compare(
    _ baseline: Behaviour = Behaviour(), _ candidate: Behaviour,
    _ protocols: [ImageRequest.WireProtocol] = [.diffusers, .diffusers]
  ) async throws -> ImageComparison {
    try await with(baseline, candidate, protocols) { sides, _ in
      try await ImageComparison.run(Self.cases, baseline: sides[0], candidate: sides[1], concurrency: 2)
    }
  }

  @Test("The same model is the same, through both protocols")
  func same() async throws {
    let comparison = try await compare(Behaviour(), Behaviour(), [.diffusers, .openAI])
    #expect(comparison.verdict == .same && comparison.judgement.basis == .equal, "\(comparison.reason)")
    #expect(comparison.cases.map(\.asked) == Self.cases)
  }

  @Test("Noise of a known deviation has the PSNR of that deviation", arguments: [2.0, 8.0])
  func noise(deviation: Double) async throws {
    let comparison = try await compare(Behaviour(), Behaviour().with { $0.images.noise = deviation })
    // 255^2 over the variance, and 1/12 for the rounding; what is cut at black and white makes it a little more.
    let psnr = try #require(comparison.mean(\.psnr))
    let expected = 10 * log10(255 * 255 / (deviation * deviation + 1.0 / 12))
    #expect(abs(psnr - expected) < 0.5, "\(psnr) for \(expected)")
    #expect(comparison.judgement.spread?.isDeterministic == true)
  }

  @Test(
    "A candidate that draws something else is worse",
    arguments: [
      Behaviour().with { $0.images.blend = 1 }, Behaviour().with { $0.images.shift = 16 },
      Behaviour().with { $0.flaws = [.fixesSeed] }, Behaviour().with { $0.fault = Fault(.status) },
    ])
  func worse(candidate: Behaviour) async throws {
    let comparison = try await compare(Behaviour(), candidate)
    #expect(comparison.verdict == .worse, "\(comparison.reason)")
  }

  @Test("A share of distorted images is the share of bad ones")
  func share() async throws {
    let cases = ImageCase.cases(["a", "b"], seeds: 32, width: 32, height: 32)
    // Within three standard deviations of 64 draws; none and all are exact.
    for (share, expected) in [(0.0, 0...0), (0.5, 20...44), (1.0, 64...64)] {
      let behaviour = Behaviour().with {
        $0.images.blend = 1
        $0.images.distortedShare = share
      }
      let comparison = try await with(Behaviour(), behaviour) { sides, _ in
        try await ImageComparison.run(cases, baseline: sides[0], candidate: sides[1], concurrency: 2)
      }
      #expect(expected.contains(comparison.judgement.bad), "\(comparison.judgement.bad) of 64 for \(share)")
    }
  }

  @Test("Noise from run to run on both sides is no loss")
  func runNoise() async throws {
    let noisy = Behaviour().with { $0.images.runNoise = 40 }
    let comparison = try await compare(noisy, noisy)
    #expect(comparison.judgement.basis == .spread)
    #expect(comparison.verdict != .worse, "\(comparison.reason)")
  }

  @Test("A recording compares as the live service does, asks the candidate the same, and resumes")
  func recorded() async throws {
    let folder = try TemporaryFolder()
    let candidate = Behaviour().with { $0.images.noise = 6 }
    try await with(Behaviour(), candidate) { sides, simulators in
      let live = try await ImageComparison.run(Self.cases, baseline: sides[0], candidate: sides[1])
      for (side, name) in zip(sides, ["gpu", "npu"]) {
        let writer = try RecordingWriter(folder: folder.file(name), manifest: side.manifest)
        try await side.record(Array(Self.cases.prefix(3)), repeats: 2, into: writer)
        #expect(writer.count == 6)
        try await side.record(Self.cases, repeats: 2, into: writer)
        #expect(writer.count == 16)
      }
      // The live comparison asked the baseline twice and the candidate once.
      #expect(simulators.map(\.requests.count) == [32, 24])
      let (first, second) = (try Recording(folder: folder.file("gpu")), try Recording(folder: folder.file("npu")))
      let asked: [ImageCase] = try first.asked()
      #expect(asked == Self.cases)
      try first.requireComparable(with: second.manifest)
      let against = try await ImageComparison.run(asked, baseline: ComparedSide(first), candidate: sides[1])
      let recorded = try await ImageComparison.run(
        asked, baseline: ComparedSide(first), candidate: ComparedSide(second))
      #expect(against.cases == live.cases && against.judgement == live.judgement)
      #expect(recorded.cases == live.cases && recorded.judgement == live.judgement)
      #expect(recorded.baseline.contains("recorded in"))
      let pattern = ImageRequest(commonOf: first)
      #expect(pattern.steps == 4)
    }
  }

  @Test("A changed case is refused, a missing one is named, and nothing in common is an error")
  func changed() async throws {
    let folder = try TemporaryFolder()
    try await with(Behaviour(), Behaviour()) { sides, simulators in
      let writer = try RecordingWriter(folder: folder.file("r"), manifest: sides[0].manifest)
      try await sides[0].record(Array(Self.cases.prefix(4)), repeats: 1, into: writer)
      let recording = ComparedSide<ImageCase>(try Recording(folder: folder.file("r")))
      var changed = Self.cases
      changed[0].prompt = "something else"
      let asked = changed
      let error = await #expect(throws: AccuracyError.self) {
        try await ImageComparison.run(asked, baseline: recording, candidate: sides[1])
      }
      #expect(error?.kind == .changedCase)
      let before = simulators[1].requests.count
      let part = try await ImageComparison.run(Self.cases, baseline: recording, candidate: sides[1])
      #expect(part.cases.count == 4 && part.missing == Self.cases.dropFirst(4).map(\.id))
      #expect(part.verdict == .undecided, "equality of a part is no fact of the whole")
      #expect(simulators[1].requests.count == before + 4, "what the recording lacks is not asked for")
      let none = await #expect(throws: AccuracyError.self) {
        try await ImageComparison.run(Array(Self.cases.suffix(2)), baseline: recording, candidate: sides[1])
      }
      #expect(none?.kind == .noCases)
    }
  }

  /// What becomes of a recording in which every case has a fault.
  enum Fate: Sendable {
    /// It ends.
    case ends
    /// Nothing is recorded, and the run goes on.
    case leftOut
    /// The fault is what the service says.
    case recorded
  }

  @Test(
    "Only a server that is gone or denies access ends a recording; what is no fault in passing is recorded",
    arguments: [
      ("connection_refused", Fate.ends), ("name_resolution", .ends), ("tls", .ends), ("proxy", .ends),
      ("client_ports", .ends), ("shut_down", .ends), ("http_401", .ends), ("http_403", .ends),
      ("total_timeout", .leftOut), ("first_byte_timeout", .leftOut), ("connection_lost", .leftOut),
      ("http_429", .leftOut), ("http_503", .leftOut), ("body_too_large", .recorded), ("too_many_redirects", .recorded),
      ("unsupported_format", .recorded), ("invalid_request", .recorded), ("http_422", .recorded),
    ])
  func fates(kind: String, fate: Fate) async throws {
    let folder = try TemporaryFolder()
    let manifest = RecordingManifest(kind: .image, service: "http://h", model: nil, parameters: [:])
    let side = ComparedSide<ImageCase>(asking: manifest) { _ in throw CaseFault(kind: kind, message: "as told") }
    let writer = try RecordingWriter(folder: folder.file("r"), manifest: manifest)
    switch fate {
    case .ends:
      let fault = await #expect(throws: CaseFault.self) { try await side.record(Self.cases, repeats: 2, into: writer) }
      #expect(fault?.kind == kind && writer.count == 0)
    case .leftOut:
      #expect(try await side.record(Self.cases, repeats: 2, into: writer) == 8)
      #expect(writer.count == 0)
    case .recorded:
      #expect(try await side.record(Self.cases, repeats: 2, into: writer) == 0)
      #expect(writer.count == 16)
    }
  }

  @Test("Recording stops where the connection breaks, and keeps what it has")
  func broken() async throws {
    let folder = try TemporaryFolder()
    try await with(Behaviour(), Behaviour()) { sides, simulators in
      let writer = try RecordingWriter(folder: folder.file("r"), manifest: sides[0].manifest)
      try await sides[0].record(Array(Self.cases.prefix(2)), repeats: 1, into: writer)
      var refusal = Fault(.status)
      refusal.status = 503
      simulators[0].behaviour.fault = refusal
      #expect(try await sides[0].record(Array(Self.cases.prefix(5)), repeats: 2, into: writer) == 5)
      #expect(writer.count == 2, "a service that is busy says nothing of the case")
      refusal.status = 422
      simulators[0].behaviour.fault = refusal
      #expect(try await sides[0].record(Array(Self.cases.prefix(3)), repeats: 1, into: writer) == 0)
      #expect(writer.count == 3, "a refusal is what the service says")
      try await simulators[0].shutDown()
      await #expect(throws: CaseFault.self) { try await sides[0].record(Self.cases, repeats: 1, into: writer) }
      let recording = try Recording(folder: folder.file("r"))
      #expect(recording.cases.count == 3 && recording.cases.last?.response.error != nil)
    }
  }
}
