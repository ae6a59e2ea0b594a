/// How loud a clip is, whether it is clipped, and whether it has an offset.
///
/// All channels together; samples that are not finite are counted and otherwise left out. Levels are relative to full
/// scale: 0 dBFS is the amplitude 1 for peaks and a root mean square of 1, a square wave of full scale, for loudness.
/// A sine of full scale so has -3.01 dBFS (AES17 calls the same sine 0 dBFS; add 3.01 to compare). Complexity: O(n)
/// time, no memory beside the clip.
public struct AudioLevels: Sendable, Hashable {
  /// The amplitude from which a sample counts as clipped unless another is given: the greatest of 16-bit PCM.
  public static let defaultClippingThreshold: Float = 32_767.0 / 32_768

  /// The number of finite samples of all channels, 1 or more.
  public let samples: Int
  /// The number of samples that are infinite or not a number: a sign of a broken model.
  public let notFinite: Int
  /// The square root of the mean of squares, 0 or more.
  public let rms: Double
  /// The greatest magnitude, 0 or more.
  public let peak: Double
  /// The mean: 0 for sound; anything beyond some 0.01 points to broken processing.
  public let dcOffset: Double
  /// The number of samples with a magnitude at or above the threshold of clipping.
  public let clipped: Int
  /// The greatest number of clipped samples in a row in one channel; 1 alone may be a true peak, 3 or more rarely are.
  public let longestClippedRun: Int

  /// Measures a clip.
  ///
  /// - Parameters:
  ///   - clip: The clip.
  ///   - clippingThreshold: The magnitude from which a sample counts as clipped, above 0. Audio of 8 bits reaches only
  ///     127 / 128; audio that went through a lossy codec rings around its clipped peaks, so take 0.99 there.
  /// - Throws: ``AudioError`` if no sample is finite or the threshold is not above 0.
  public init(
    _ clip: AudioClip, clippingThreshold: Float = AudioLevels.defaultClippingThreshold
  ) throws(AudioError) {
    guard clippingThreshold > 0 else {
      throw AudioError(
        kind: .invalidOption, message: "A clipping threshold of \(clippingThreshold) is not above 0; full scale is 1.")
    }
    var sum = CompensatedSum()
    var squares = CompensatedSum()
    var peak: Float = 0
    var finite = 0
    var clipped = 0
    var longest = 0
    var runs = [Int](repeating: 0, count: clip.channels)
    var channel = 0
    for sample in clip.samples {
      if sample.isFinite {
        finite += 1
        let value = Double(sample)
        sum.add(value)
        squares.add(value * value)
        peak = Swift.max(peak, sample.magnitude)
      }
      if sample.isFinite, sample.magnitude >= clippingThreshold {
        clipped += 1
        runs[channel] += 1
        longest = Swift.max(longest, runs[channel])
      } else {
        runs[channel] = 0
      }
      channel = channel + 1 == clip.channels ? 0 : channel + 1
    }
    guard finite > 0 else {
      throw clip.samples.isEmpty
        ? .emptyClip("level")
        : AudioError(
          kind: .emptyClip,
          message: "None of \(clip.samples.count) samples is finite, so the clip has no level; the model put out NaN.")
    }
    samples = finite
    notFinite = clip.samples.count - finite
    rms = (squares.value / Double(finite)).squareRoot()
    self.peak = Double(peak)
    dcOffset = sum.value / Double(finite)
    self.clipped = clipped
    longestClippedRun = longest
  }
}

extension AudioLevels {
  /// The root mean square in dB of full scale; minus infinity for digital silence.
  public var rmsDecibels: Double { Decibels.of(amplitude: rms) }

  /// The peak in dB of full scale; minus infinity for digital silence.
  public var peakDecibels: Double { Decibels.of(amplitude: peak) }

  /// Peak over root mean square in dB, 0 or more; nil for digital silence.
  public var crestFactorDecibels: Double? {
    rms > 0 ? Decibels.of(amplitude: peak / rms) : nil
  }

  /// The share of finite samples that are clipped, 0 to 1.
  public var clippedRatio: Double { Double(clipped) / Double(samples) }
}
