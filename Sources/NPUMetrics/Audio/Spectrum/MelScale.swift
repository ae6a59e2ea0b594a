/// A scale of pitch on which equal steps sound equally far apart.
@nonexhaustive
public enum MelScale: String, Sendable, Hashable, CaseIterable {
  /// Slaney's: straight below 1000 Hz, logarithmic above. The default of librosa and the one of Whisper.
  ///
  /// mel = 3 f / 200 for f < 1000 Hz, else 15 + 27 ln(f / 1000) / ln 6.4. Source: Slaney, "Auditory Toolbox",
  /// Technical Report 1998-010, Interval Research (1998).
  case slaney
  /// That of HTK and Kaldi: mel = 2595 log10(1 + f / 700).
  ///
  /// Source: Young and others, "The HTK Book", section 5.4.
  case htk

  /// ln 6.4 / 27, the logarithm of the ratio of neighbouring steps.
  private static let slaneyStep = 6.4.reproducibleLogarithm / 27
  /// 2595 / ln 10.
  private static let htkFactor = 2595 / 10.0.reproducibleLogarithm

  /// The pitch of a frequency.
  ///
  /// - Parameter frequency: The frequency in Hz, 0 or more and finite.
  /// - Returns: The pitch in mel, 0 or more.
  package func mel(frequency: Double) -> Double {
    switch self {
    case .slaney:
      frequency < 1000 ? 3 * frequency / 200 : 15 + (frequency / 1000).reproducibleLogarithm / Self.slaneyStep
    case .htk: Self.htkFactor * (1 + Swift.max(frequency, 0) / 700).reproducibleLogarithm
    }
  }

  /// The frequency of a pitch.
  ///
  /// - Parameter mel: The pitch in mel, 0 or more and finite.
  /// - Returns: The frequency in Hz, 0 or more.
  package func frequency(mel: Double) -> Double {
    switch self {
    case .slaney: mel < 15 ? 200 * mel / 3 : 1000 * ((mel - 15) * Self.slaneyStep).reproducibleExponential
    case .htk: 700 * ((mel / Self.htkFactor).reproducibleExponential - 1)
    }
  }
}
