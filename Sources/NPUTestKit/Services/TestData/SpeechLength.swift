internal import NPUMetrics

/// How long a text takes to say, roughly: what tells a whole response of a speech service from a cut or a runaway one.
///
/// A word of letters counts 0.4 s (150 words a minute), an ideograph or kana 0.22 s (270 a minute), a digit 0.3 s,
/// a mark of punctuation 0.2 s, and 0.3 s are added for beginning and end. These are the middle of the usual rates of
/// reading aloud, 130 to 180 words of English and 200 to 300 characters of Chinese a minute. Voices differ by a factor
/// of two, so judge by ``plausible``.
public struct SpeechLength: Sendable, Hashable {
  /// The length to be expected.
  public let estimate: Duration

  /// The lengths that no voice of ordinary speed leaves: a third to three times the estimate, and a second more.
  public var plausible: ClosedRange<Duration> { estimate / 3...estimate * 3 + .seconds(1) }

  /// Estimates the length of a text.
  ///
  /// - Parameter text: The text, in English, Chinese or both.
  public init(of text: String) {
    var milliseconds = 300
    for token in MixedTextTokenizer(keepsPunctuation: true).tokens(of: text) {
      let scalars = token.unicodeScalars
      let digits = scalars.count { ("0"..."9").contains($0) }
      let letters = scalars.contains { $0.properties.isAlphabetic }
      let isIdeographic = scalars.contains { $0.properties.isIdeographic || (0x3040...0x30FF).contains($0.value) }
      milliseconds += 300 * digits
      if isIdeographic {
        milliseconds += 220 * scalars.count
      } else if letters {
        milliseconds += 400
      } else if digits == 0 {
        milliseconds += 200
      }
    }
    estimate = .milliseconds(milliseconds)
  }
}
