/// Two images at one scale of a pyramid, their samples being sums of the original ones.
struct PooledImages {
  private enum Samples {
    case bytes([UInt8], [UInt8])
    /// Up to four scales above the first: 255 * 4^4 fits 16 bits.
    case words([UInt16], [UInt16])
  }

  let layout: SampleLayout
  private let samples: Samples

  /// The finest scale: the images themselves.
  init(bytes: ([UInt8], [UInt8]), layout: SampleLayout) {
    self.layout = layout
    samples = .bytes(bytes.0, bytes.1)
  }

  private init(words: ([UInt16], [UInt16]), layout: SampleLayout) {
    self.layout = layout
    samples = .words(words.0, words.1)
  }

  /// The next coarser scale: the sums of squares of 2x2 pixels.
  ///
  /// If a side is odd, the first row and the first column are repeated before both are halved; what is left at the end is
  /// dropped.
  func halved() -> PooledImages {
    let shift = max(layout.width % 2, layout.height % 2)
    let coarse = SampleLayout(
      width: (layout.width + shift) / 2, height: (layout.height + shift) / 2, channels: layout.channels)
    switch samples {
    case .bytes(let first, let second):
      return PooledImages(
        words: (
          Self.halved(first.span, layout, coarse, shift: shift), Self.halved(second.span, layout, coarse, shift: shift)
        ), layout: coarse)
    case .words(let first, let second):
      return PooledImages(
        words: (
          Self.halved(first.span, layout, coarse, shift: shift), Self.halved(second.span, layout, coarse, shift: shift)
        ), layout: coarse)
    }
  }

  /// The sums of a quantity over the windows of these images, one a channel.
  func sums(_ windows: SeparableWindows) -> [Double] {
    var map: [Double] = []
    switch samples {
    case .bytes(let first, let second):
      return unsafe first.withUnsafeBytes { first in
        unsafe second.withUnsafeBytes { second in
          guard let first = first.baseAddress, let second = second.baseAddress else { return [] }
          return unsafe windows.sums(.bytes(first, second), map: &map)
        }
      }
    case .words(let first, let second):
      return unsafe first.withUnsafeBytes { first in
        unsafe second.withUnsafeBytes { second in
          guard let first = first.baseAddress, let second = second.baseAddress else { return [] }
          return unsafe windows.sums(.words(first, second), map: &map)
        }
      }
    }
  }

  @inline(__always)
  private static func halved<Sample: FixedWidthInteger & UnsignedInteger>(
    _ fine: Span<Sample>, _ layout: SampleLayout, _ coarse: SampleLayout, shift: Int
  ) -> [UInt16] {
    let channels = layout.channels
    let width = layout.rowSamples
    // One row of sums of two rows, with the repeated pixel before it.
    var pairs = [UInt16](repeating: 0, count: width + channels)
    var result: [UInt16] = []
    result.reserveCapacity(coarse.sampleCount)
    for row in 0..<coarse.height {
      let upper = max(2 * row - shift, 0) * width
      let lower = (2 * row + 1 - shift) * width
      for index in 0..<width {
        pairs[index + shift * channels] =
          UInt16(truncatingIfNeeded: fine[upper + index]) &+ UInt16(truncatingIfNeeded: fine[lower + index])
      }
      if shift == 1 {
        for channel in 0..<channels { pairs[channel] = pairs[channel + channels] }
      }
      for column in 0..<coarse.width {
        let left = 2 * column * channels
        for channel in 0..<channels {
          result.append(pairs[left + channel] &+ pairs[left + channel + channels])
        }
      }
    }
    return result
  }
}
