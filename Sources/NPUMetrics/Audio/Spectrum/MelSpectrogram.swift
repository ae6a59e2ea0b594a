/// The power of a clip over time and pitch.
///
/// Channels are averaged. Frame t holds the w samples from t h on, with w and h the window and hop in samples, rounded
/// to nearest; the first frame begins with the first sample, and zeros follow the last one, so that a clip of n samples
/// has 1 + ceil(max(n - w, 0) / h) frames. Each is multiplied by the periodic Hann window 1/2 - 1/2 cos(2 π j / w),
/// padded with zeros to the next power of two N, transformed, and |X(k)|^2, unscaled, is weighed by the triangular
/// filters of area 1 that librosa uses by default. No logarithm is taken here.
///
/// Complexity: O(N log N) time a frame, 8 bytes a band and frame.
public struct MelSpectrogram: Sendable, Hashable {
  /// How a spectrogram is taken.
  public struct Options: Sendable, Hashable {
    /// The length of a frame.
    public var window: Duration
    /// The time from one frame to the next.
    public var hop: Duration
    /// The number of bands, 1 to 1024.
    public var bands: Int
    /// The scale of the bands.
    public var scale: MelScale
    /// The lower edge of the first band in Hz, 0 or more.
    public var minimumFrequency: Double
    /// The upper edge of the last band in Hz, at most half the sample rate; nil for just that.
    public var maximumFrequency: Double?

    /// Creates options; the defaults are 25 ms, 10 ms and 80 Slaney bands over all frequencies, as Whisper's.
    public init(
      window: Duration = .milliseconds(25), hop: Duration = .milliseconds(10), bands: Int = 80,
      scale: MelScale = .slaney, minimumFrequency: Double = 0, maximumFrequency: Double? = nil
    ) {
      self.window = window
      self.hop = hop
      self.bands = bands
      self.scale = scale
      self.minimumFrequency = minimumFrequency
      self.maximumFrequency = maximumFrequency
    }
  }

  /// The number of bands.
  public let bands: Int
  /// The number of frames, 1 or more.
  public let frames: Int
  /// The power of each band, frame by frame, 0 or more.
  public let power: [Double]

  /// Takes the spectrogram of a clip; a sample that is not finite counts as 0.
  ///
  /// - Parameters:
  ///   - clip: The clip.
  ///   - options: Frames and bands.
  /// - Throws: ``AudioError`` if the clip is empty or an option is out of range.
  public init(_ clip: AudioClip, options: Options = Options()) throws(AudioError) {
    guard clip.frameCount > 0 else { throw .emptyClip("spectrogram") }
    let rate = clip.sampleRate
    let window = options.window.frames(rate: rate) ?? 0
    let hop = options.hop.frames(rate: rate) ?? 0
    let highest = options.maximumFrequency ?? Double(rate) / 2
    guard (4...1 << 20).contains(window), (1...1 << 20).contains(hop), (1...1024).contains(options.bands),
      options.minimumFrequency >= 0, options.minimumFrequency < highest, highest <= Double(rate) / 2
    else {
      throw AudioError(
        kind: .invalidOption,
        message:
          "A spectrogram at \(rate) Hz cannot have a window of \(window) samples, a hop of \(hop), \(options.bands) "
          + "bands from \(options.minimumFrequency) to \(highest) Hz; allowed are 4...1048576, 1...1048576, 1...1024, and "
          + "frequencies in order up to half the rate.")
    }
    let size = 1 << (Int.bitWidth - (window - 1).leadingZeroBitCount)
    let filters = MelFilterBank(
      bands: options.bands, scale: options.scale, frequencies: options.minimumFrequency...highest, fftSize: size,
      sampleRate: rate)
    let hann = (0..<window).map { 0.5 - 0.5 * .cosine(turns: Double($0) / Double(window)) }
    let samples = clip.mixedDown
    var fft = RealFFT(size: size)
    var frame = [Double](repeating: 0, count: size)
    var spectrum = [Double](repeating: 0, count: size / 2 + 1)
    let beyond = Swift.max(samples.count - window, 0)
    frames = 1 + (beyond + hop - 1) / hop
    bands = options.bands
    var power: [Double] = []
    power.reserveCapacity(frames * bands)
    for index in 0..<frames {
      let start = index * hop
      let filled = Swift.max(Swift.min(window, samples.count - start), 0)
      for offset in 0..<filled { frame[offset] = samples[start + offset] * hann[offset] }
      for offset in filled..<window { frame[offset] = 0 }
      fft.powerSpectrum(of: frame, into: &spectrum)
      filters.append(power: spectrum, to: &power)
    }
    self.power = power
  }
}

extension AudioError {
  /// The error for a metric of nothing.
  static func emptyClip(_ metric: String) -> AudioError {
    AudioError(
      kind: .emptyClip, message: "A clip of 0 samples has no \(metric); check that the service sent audio first.")
  }
}
