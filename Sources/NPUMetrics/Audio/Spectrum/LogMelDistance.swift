/// How different two clips sound by their spectra: the log-spectral distance over mel bands, in decibels.
///
/// With S and T the mel powers of both clips, F the floor, and d(t, m) = 10 log10(max(S, F)) - 10 log10(max(T, F)):
///
///     distance = mean over frames t of sqrt(mean over bands m of d(t, m)^2)
///
/// **Floor**: F = max(10^-10, g 10^(-R / 10)) with g the greatest power of either clip and R the dynamic range, 80 dB
/// by default: what is that far below the loudest sound is not heard, and would count most. The distance is 0 to R.
///
/// **Alignment**: frame by frame from the beginning, without any warping. ``distance`` is over the frames that both
/// clips have; ``distanceToTheEnd`` over all frames of the longer one, the shorter continued by silence. A clip that is
/// shifted by more than a hop differs from itself: trim leading silence first, and compare only clips of one text by a
/// deterministic voice.
///
/// Range 0 (equal) upwards. A change of volume by x dB is a distance of x dB where nothing meets the floor. Silent
/// clips are equal. Both clips must have one sample rate; channels are averaged. Complexity: that of two spectrograms.
///
/// Source: Gray and Markel, "Distance Measures for Speech Processing", IEEE Transactions on Acoustics, Speech, and
/// Signal Processing 24 (1976), with mel bands in place of bins; the bands are those of ``MelSpectrogram``.
public struct LogMelDistance: Sendable, Hashable {
  /// The distance over the frames of both clips in dB.
  public let distance: Double
  /// The distance over all frames of the longer clip in dB, the shorter continued by silence.
  public let distanceToTheEnd: Double
  /// The greatest distance of one frame of both clips in dB.
  public let worstDistance: Double
  /// That frame, from 0; the first of equals.
  public let worstFrame: Int
  /// The number of frames of the reference.
  public let referenceFrames: Int
  /// The number of frames of the candidate.
  public let candidateFrames: Int

  /// Compares two clips.
  ///
  /// - Parameters:
  ///   - reference: One clip.
  ///   - candidate: The other; the distance is symmetric.
  ///   - options: Frames and bands.
  ///   - dynamicRange: How far below the greatest power sound still counts, in dB, above 0 and at most 300.
  /// - Throws: ``AudioError``: an empty clip, two sample rates, an option out of range.
  public init(
    reference: AudioClip, candidate: AudioClip, options: MelSpectrogram.Options = .init(), dynamicRange: Double = 80
  ) throws(AudioError) {
    guard reference.sampleRate == candidate.sampleRate else {
      throw AudioError(
        kind: .mismatchedClips,
        message:
          "The reference has \(reference.sampleRate) Hz and the candidate \(candidate.sampleRate); bring both to "
          + "one sample rate first.")
    }
    guard dynamicRange > 0, dynamicRange <= 300 else {
      throw AudioError(
        kind: .invalidOption, message: "A dynamic range of \(dynamicRange) dB is not above 0 and at most 300.")
    }
    let first = try MelSpectrogram(reference, options: options)
    let second = try MelSpectrogram(candidate, options: options)
    let greatest = Swift.max(first.power.max() ?? 0, second.power.max() ?? 0)
    let floor = Swift.max(1e-10, greatest * (-dynamicRange * Decibels.nepersOfPower).reproducibleExponential)
    let bands = first.bands
    let shared = Swift.min(first.frames, second.frames)
    let longer = first.frames >= second.frames ? first : second
    var sum = CompensatedSum()
    var worst = (frame: 0, value: 0.0)
    for frame in 0..<shared {
      let range = frame * bands..<(frame + 1) * bands
      let value = Self.distance(range, floor: floor) { (first.power[$0], second.power[$0]) }
      sum.add(value)
      if value > worst.value { worst = (frame, value) }
    }
    distance = sum.value / Double(shared)
    for frame in shared..<longer.frames {
      let range = frame * bands..<(frame + 1) * bands
      sum.add(Self.distance(range, floor: floor) { (longer.power[$0], 0) })
    }
    distanceToTheEnd = sum.value / Double(longer.frames)
    worstDistance = worst.value
    worstFrame = worst.frame
    referenceFrames = first.frames
    candidateFrames = second.frames
  }

  private static func distance(_ range: Range<Int>, floor: Double, _ powers: (Int) -> (Double, Double)) -> Double {
    var sum = 0.0
    for index in range {
      let (a, b) = powers(index)
      let (s, t) = (Swift.max(a, floor), Swift.max(b, floor))
      guard s != t else { continue }
      let difference = (s / t).reproducibleLogarithm / Decibels.nepersOfPower
      sum += difference * difference
    }
    return (sum / Double(range.count)).squareRoot()
  }
}
