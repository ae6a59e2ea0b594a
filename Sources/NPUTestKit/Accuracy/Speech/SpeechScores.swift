public import NPUMetrics

/// How like two sounds of one text are, both from their first audible sample on.
public struct SpeechScores: Sendable, Hashable {
  /// The log-mel distance over the frames that both have, in dB.
  public let distance: Double
  /// The log-mel distance over all frames of the longer one, the shorter continued by silence, in dB: what judges, since
  /// a sound that was cut is not like a whole one.
  public let distanceToTheEnd: Double
  /// The length of the baseline's sound in seconds.
  public let baselineSeconds: Double
  /// The length of the candidate's sound in seconds.
  public let candidateSeconds: Double
  /// How much louder the candidate's sound is, in dB of its root mean square.
  public let levelDifference: Double
  /// The share of the baseline's sound that is silent.
  public let baselineSilence: Double
  /// The share of the candidate's sound that is silent.
  public let candidateSilence: Double
  /// The share of the candidate's samples that are clipped.
  public let candidateClipping: Double

  /// The candidate's length over the baseline's.
  public var durationRatio: Double { candidateSeconds / baselineSeconds }

  /// Compares two clips.
  ///
  /// - Throws: `AudioError`: an empty clip, or two sample rates.
  public init(_ baseline: AudioClip, _ candidate: AudioClip) throws(AudioError) {
    let spectrum = try LogMelDistance(reference: baseline, candidate: candidate)
    distance = spectrum.distance
    distanceToTheEnd = spectrum.distanceToTheEnd
    baselineSeconds = baseline.seconds
    candidateSeconds = candidate.seconds
    let (first, second) = (try AudioLevels(baseline), try AudioLevels(candidate))
    levelDifference = second.rmsDecibels - first.rmsDecibels
    candidateClipping = second.clippedRatio
    baselineSilence = try SilenceProfile(baseline).ratio
    candidateSilence = try SilenceProfile(candidate).ratio
  }
}

extension SpeechScores: Encodable {
  private enum CodingKeys: String, CodingKey {
    case distance = "distance_db"
    case distanceToTheEnd = "distance_to_the_end_db"
    case baselineSeconds = "baseline_seconds"
    case candidateSeconds = "candidate_seconds"
    case levelDifference = "level_difference_db"
    case baselineSilence = "baseline_silence"
    case candidateSilence = "candidate_silence"
    case candidateClipping = "candidate_clipping"
  }
}
