import NPUBase
import NPULoad
import NPUMetrics
import NPUServices
import NPUTransport
import TestSupport

/// Records with random contents in every field, the same for the same seed.
struct RandomRecords {
  /// SplitMix64 of Steele, Lea and Flood.
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  var generator: Generator

  init(seed: UInt64) { generator = Generator(state: seed) }

  mutating func record(index: Int) -> RequestRecord {
    RequestRecord(
      index: index, phase: chance() ? .warmup : .measured, requestID: maybe { $0.text() }, timeline: timeline(),
      outcome: Outcome(Outcome.Kind(rawValue: text()), status: maybe { $0.small() }, message: maybe { $0.text() }),
      finishReason: maybe { $0.text() },
      form: ResponseForm(
        notes: ResponseNotes(rawValue: UInt32(truncatingIfNeeded: next() & 0x1FF)), mediaType: maybe { $0.text() },
        contentEncoding: maybe { $0.text() }, cutReason: maybe { $0.text() },
        unknownFinishReason: maybe { $0.text() }),
      tokens: TokenCounts(
        prompt: maybe { $0.small() }, completion: maybe { $0.small() }, cached: maybe { $0.small() },
        reasoning: maybe { $0.small() }, source: TokenCounts.Source.allCases[Int(next() % 3)]),
      requested: RequestedLengths(
        promptTokens: maybe { $0.small() }, promptSource: maybe { PromptLength.Source.allCases[Int($0.next() % 3)] },
        outputTokens: maybe { $0.small() }),
      transfer: TransferMetrics(
        nameLookup: maybe { $0.duration() }, connect: maybe { $0.duration() }, tls: maybe { $0.duration() },
        requestSent: maybe { $0.duration() }, firstByte: maybe { $0.duration() }, total: maybe { $0.duration() },
        bytesSent: small(), bytesReceived: small(), connectionReused: chance(), wasResent: chance(),
        httpVersion: maybe { $0.text() }, localAddress: maybe { $0.text() }, remoteAddress: maybe { $0.text() }),
      measures: measures(), text: maybe { $0.text() }, findings: maybe { $0.findings() })
  }

  private mutating func findings() -> ResponseFindings {
    ResponseFindings(
      anomalies: AnomalyKind.allCases.compactMap { chance() ? Anomaly($0, text()) : nil }, characters: small(),
      endedByItself: chance(), unaskedScript: maybe { $0.text() },
      logprobs: maybe { ResponseFindings.Logprobs.allCases[Int($0.next() % 2)] },
      canary: maybe { ResponseFindings.Canary.allCases[Int($0.next() % 3)] })
  }

  private mutating func measures() -> [Measure: Double] {
    var measures: [Measure: Double] = [:]
    for _ in 0..<next() % 4 {
      measures[Measure(rawValue: text())] = Double(small()) * (chance() ? 1e-6 : 1e9 / 7)
    }
    return measures
  }

  private mutating func timeline() -> StreamTimeline {
    let hasTokenCounts = chance()
    let events = (0..<Int(next() % 12)).map { _ in
      StreamEvent(
        instant: instant(), content: ChunkContent(rawValue: UInt16(truncatingIfNeeded: next())),
        bytes: chance() ? Int32(truncatingIfNeeded: next() >> 33) : 0,
        tokens: hasTokenCounts ? maybe { Int32(truncatingIfNeeded: $0.next() >> 33) } : nil)
    }
    return StreamTimeline(
      intended: maybe { $0.instant() }, started: instant(), sent: maybe { $0.instant() }, head: maybe { $0.instant() },
      firstByte: maybe { $0.instant() }, events: events, closed: maybe { $0.instant() },
      omittedTokenEvents: chance() ? small() : 0)
  }

  private mutating func next() -> UInt64 { generator.next() }
  private mutating func chance() -> Bool { next() & 1 == 0 }
  private mutating func small() -> Int { Int(next() % 100_000) }
  private mutating func duration() -> Duration { .nanoseconds(Int64(next() >> 24)) }

  private mutating func instant() -> MonotonicInstant {
    let edges: [Int64] = [.min, .max, 0, -1]
    let pick = next() % 16
    return MonotonicInstant(nanoseconds: pick < 4 ? edges[Int(pick)] : Int64(next() >> 8))
  }

  private mutating func maybe<Value>(_ make: (inout RandomRecords) -> Value) -> Value? {
    chance() ? make(&self) : nil
  }

  private mutating func text() -> String {
    let pieces = [
      "a", "\"", "\\", "\n", "\r\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "你好", "é", "👩‍👩‍👧", "\u{2028}", "/", "{", "]",
      "\\u0041", " ",
    ]
    return (0..<Int(next() % 8)).map { _ in pieces[Int(next() % UInt64(pieces.count))] }.joined()
  }
}
