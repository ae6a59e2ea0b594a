internal import NPUBase
import NPUMetrics
internal import NPUServices

extension Check where Context == SpeechCheckContext {
  /// Streamed speech comes in pieces, as it is made.
  static var speechPieces: Check {
    Check(
      "tts.stream.pieces", "Streamed speech comes in pieces as it is made",
      requirement:
        "A stream brings samples in more than one piece, and the first of them before 0.8 of its whole time.",
      knownDeviations: "Servers that speak a whole sentence at once stream by sentences.", needs: [.audioStreams],
      tags: [.stream], isolation: .alone
    ) { context in
      let text = (0..<4).map { _ in context.text }.joined(separator: " ")
      let response = try await context.speak(context.request(text, delivery: .bytes)).response
      let pieces = response.pieces.filter { $0.audio > .zero }
      try Finding.demand(pieces.count > 1, "all samples come in one piece of \(response.bytes.count) bytes")
      guard let first = response.timeToFirstAudio, let all = response.latency else {
        return .inconclusive("the transport did not say when the pieces came")
      }
      try Finding.demand(
        first < all * 0.8,
        "the first of \(pieces.count) pieces comes after \(shown(first)) s of \(shown(all)) s: all at the end")
      return .pass("\(pieces.count) pieces, the first after \(shown(first)) s of \(shown(all)) s")
    }
  }

  private static func shown(_ duration: Duration) -> String { NumberText.fixed(duration.seconds, decimals: 3) }

  /// A stream says what the whole response says.
  static var speechStreamEqualsWhole: Check {
    Check(
      "tts.stream.equals-whole", "A stream holds the samples of the whole response",
      requirement: "The samples of a stream are those of the same request without a stream.",
      needs: [.audioStreams, .repeatable], tags: [.stream]
    ) { context in
      let whole = try await context.speak(context.request(context.text)).clip
      let streamed = try await context.speak(context.request(context.text, delivery: .bytes)).clip
      try Finding.demand(
        whole == streamed,
        "the stream holds \(streamed.samples.count) samples, the whole response \(whole.samples.count), and they differ"
      )
      return .pass("both hold the same \(whole.samples.count) samples")
    }
  }
}
