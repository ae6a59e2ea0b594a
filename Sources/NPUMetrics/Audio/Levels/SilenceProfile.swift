/// How much of a clip is silent, and where.
///
/// The clip is cut into windows one after another; a window is silent if the mean of squares over all its samples and
/// channels is at most 10^(threshold / 10). The last window may be shorter and counts with its own length. A sample
/// that is not finite counts as 0. Complexity: O(n) time, no memory beside the clip.
///
/// Speech has a silence ratio of some 0.1 to 0.4 with the defaults; a ratio near 1 is an answer without speech.
public struct SilenceProfile: Sendable, Hashable {
  /// The number of frames of the clip, 1 or more.
  public let frames: Int
  /// The number of frames in silent windows.
  public let silentFrames: Int
  /// The silence before the first window that is not silent; the whole clip if there is none.
  public let leading: Duration
  /// The silence after the last window that is not silent; the whole clip if there is none.
  public let trailing: Duration
  /// The longest silence without interruption.
  public let longest: Duration

  /// The share of the clip in silent windows, 0 to 1.
  public var ratio: Double { Double(silentFrames) / Double(frames) }

  /// Measures a clip.
  ///
  /// - Parameters:
  ///   - clip: The clip.
  ///   - threshold: The level in dB of full scale at and below which a window is silent; minus infinity for digital
  ///     silence only.
  ///   - window: The length of a window, rounded to whole samples, at least one.
  /// - Throws: ``AudioError`` if the clip is empty, the threshold is NaN or the window is shorter than a sample.
  public init(
    _ clip: AudioClip, threshold: Double = -50, window: Duration = .milliseconds(20)
  ) throws(AudioError) {
    guard clip.frameCount > 0 else { throw .emptyClip("silence") }
    guard !threshold.isNaN, let length = window.frames(rate: clip.sampleRate), length >= 1 else {
      throw AudioError(
        kind: .invalidOption,
        message:
          "A threshold of \(threshold) dB and a window of \(window) at \(clip.sampleRate) Hz cannot be used; the "
          + "threshold must be a number and the window a sample or more.")
    }
    let limit = threshold == -.infinity ? 0 : Decibels.power(threshold)
    var silent = 0
    var run = 0
    var longest = 0
    var leading: Int?
    var start = 0
    while start < clip.frameCount {
      let count = Swift.min(length, clip.frameCount - start)
      let power = clip.meanSquare(frames: start..<start + count)
      if power <= limit {
        silent += count
        run += count
        longest = Swift.max(longest, run)
      } else {
        if leading == nil { leading = run }
        run = 0
      }
      start += count
    }
    frames = clip.frameCount
    silentFrames = silent
    self.leading = .frames(leading ?? silent, rate: clip.sampleRate)
    trailing = .frames(run, rate: clip.sampleRate)
    self.longest = .frames(longest, rate: clip.sampleRate)
  }
}

extension AudioClip {
  /// The mean of squares over some frames and all channels.
  fileprivate func meanSquare(frames: Range<Int>) -> Double {
    var sum = 0.0
    for index in frames.lowerBound * channels..<frames.upperBound * channels where samples[index].isFinite {
      sum += Double(samples[index]) * Double(samples[index])
    }
    return sum / Double(frames.count * channels)
  }
}
