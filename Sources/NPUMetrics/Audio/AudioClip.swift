/// Samples of audio in memory: one or more channels, full scale 1.
public struct AudioClip: Sendable, Hashable {
  /// The samples, those of one frame side by side, -1 to 1 unless they exceed full scale.
  public let samples: [Float]
  /// The number of channels, 1 to 65535.
  public let channels: Int
  /// The number of frames a second, 1 to 2^32 - 1.
  public let sampleRate: Int

  /// Creates a clip.
  ///
  /// - Parameters:
  ///   - samples: The samples, those of one frame side by side.
  ///   - channels: The number of channels.
  ///   - sampleRate: The number of frames a second.
  /// - Throws: ``AudioError`` if a number is out of range or the samples do not fill the last frame.
  public init(samples: [Float], channels: Int = 1, sampleRate: Int) throws(AudioError) {
    guard (1...65_535).contains(channels), sampleRate >= 1, UInt64(sampleRate) <= UInt64(UInt32.max),
      samples.count % channels == 0
    else {
      throw AudioError(
        kind: .invalidClip,
        message: "\(samples.count) samples in \(channels) channels at \(sampleRate) Hz are no clip; channels are "
          + "1...65535, the rate 1...4294967295, and each frame needs a sample of each channel.")
    }
    self.samples = samples
    self.channels = channels
    self.sampleRate = sampleRate
  }

  /// The number of frames, samples of one channel.
  public var frameCount: Int { samples.count / channels }

  /// The length in seconds, correctly rounded.
  package var seconds: Double { Double(frameCount) / Double(sampleRate) }

  /// The length.
  public var duration: Duration { .frames(frameCount, rate: sampleRate) }

  /// The mean of the channels, frame by frame, in double precision; a sample that is not finite counts as 0.
  var mixedDown: [Double] {
    var frames: [Double] = []
    frames.reserveCapacity(frameCount)
    var index = 0
    while index < samples.count {
      var sum = 0.0
      for offset in 0..<channels {
        let sample = samples[index + offset]
        if sample.isFinite { sum += Double(sample) }
      }
      frames.append(sum / Double(channels))
      index += channels
    }
    return frames
  }
}
