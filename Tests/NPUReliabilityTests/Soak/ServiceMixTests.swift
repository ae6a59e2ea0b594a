import NPULoad
import NPUTransport
import Testing

@testable import NPUReliability

@Suite("A mix of services")
struct ServiceMixTests {
  @Test("Where a request goes is a matter of seed and number alone")
  func pure() throws {
    let (one, other) = (try SoakSamples.mix(seed: 3), try SoakSamples.mix(seed: 3))
    let names = (0..<2_000).map { one.part(of: $0).name }
    #expect(names == (0..<2_000).reversed().map { other.part(of: $0).name }.reversed())
    #expect(names != (0..<2_000).map { index in (try? SoakSamples.mix(seed: 4))?.part(of: index).name ?? "" })
  }

  @Test("The shares are those of the weights", arguments: 0..<5 as Range<UInt64>)
  func shares(seed: UInt64) throws {
    let mix = try SoakSamples.mix([("a", 6), ("b", 3), ("c", 1)], seed: seed)
    let names = (0..<20_000).map { mix.part(of: $0).name }
    for (name, share) in [("a", 0.6), ("b", 0.3), ("c", 0.1)] {
      // Five standard deviations of a binomial share.
      let found = Double(names.count { $0 == name }) / 20_000
      #expect(abs(found - share) < 5 * (share * (1 - share) / 20_000).squareRoot())
    }
  }

  @Test("A request knows its service, and its number is that in the whole mix")
  func prepared() async throws {
    let mix = try SoakSamples.mix()
    for index in 0..<20 {
      let request = try #require(try await mix.prepare(index))
      #expect(await request.record(over: SoakSamples.transport()).service == mix.part(of: index).name)
    }
  }

  @Test(
    "A mix that cannot be meant is refused",
    arguments: [
      [], [("a", 0)], [("a", -1)], [("a", .infinity)], [("a", .nan)], [("a", 1), ("a", 2)], [("", 1)], [("a b", 1)],
      [("a.b", 1)],
    ] as [[(String, Double)]])
  func refused(weights: [(String, Double)]) {
    #expect { try SoakSamples.mix(weights) } throws: { ($0 as? SoakError)?.kind == .mix }
  }

  @Test(
    "A transcription is wrong where too many words differ from the reference, and only where there is one",
    arguments: [(0.5, 10, 5, true), (0.5, 10, 6, false), (0, 10, 1, false), (nil, 10, 10, true), (0.5, 0, 9, true)]
      as [(Double?, Double, Double, Bool)])
  func transcription(limit: Double?, words: Double, errors: Double, isRight: Bool) throws {
    let mix = try ServiceMix([.init("asr", NumberedWorkload(), wordErrorLimit: limit)])
    var record = SoakSamples.record(0, service: "asr")
    record.measures = [.wordErrors: errors, .referenceWords: words]
    let judged = mix.judged(record)
    #expect(judged.outcome.isSuccess == isRight)
    if !isRight {
      #expect(judged.outcome.kind == .wrongTranscription)
      #expect(judged.outcome.message?.contains("\(Int(errors)) of \(Int(words)) words") == true)
    }
    record.outcome = Outcome(.httpStatus(500))
    #expect(mix.judged(record) == record)
  }
}
