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
  /// If a side is odd, the first row and the first column are repeated before both are halved; what is left at the end
  /// is dropped.
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

  private static func halved(
    _ fine: Span<UInt8>, _ layout: SampleLayout, _ coarse: SampleLayout, shift: Int
  ) -> [UInt16] {
    unsafe halve(layout, coarse, shift: shift) { upper, lower, count, sums in
      unsafe fine.withUnsafeBufferPointer { fine in
        for index in 0..<count {
          unsafe sums[index] = UInt16(fine[upper &+ index]) &+ UInt16(fine[lower &+ index])
        }
      }
    }
  }

  private static func halved(
    _ fine: Span<UInt16>, _ layout: SampleLayout, _ coarse: SampleLayout, shift: Int
  ) -> [UInt16] {
    unsafe halve(layout, coarse, shift: shift) { upper, lower, count, sums in
      unsafe fine.withUnsafeBufferPointer { fine in
        for index in 0..<count {
          unsafe sums[index] = fine[upper &+ index] &+ fine[lower &+ index]
        }
      }
    }
  }

  /// Adds rows by twos, as the closure does from two places of the fine image, and then columns by twos.
  @inline(__always)
  private static func halve(
    _ layout: SampleLayout, _ coarse: SampleLayout, shift: Int,
    addRows: (_ upper: Int, _ lower: Int, _ count: Int, _ sums: UnsafeMutablePointer<UInt16>) -> Void
  ) -> [UInt16] {
    let channels = layout.channels
    let width = layout.rowSamples
    // The sums of two rows, with the repeated pixel before them.
    var pairs = [UInt16](repeating: 0, count: width + channels)
    return unsafe [UInt16](unsafeUninitializedCapacity: coarse.sampleCount) { result, count in
      unsafe pairs.withUnsafeMutableBufferPointer { pairs in
        guard let result = result.baseAddress, let pairs = pairs.baseAddress else { return }
        for row in 0..<coarse.height {
          let upper = max(2 * row - shift, 0) * width
          let lower = (2 * row + 1 - shift) * width
          unsafe addRows(upper, lower, width, pairs + shift * channels)
          if shift == 1 {
            for channel in 0..<channels { unsafe pairs[channel] = pairs[channel + channels] }
          }
          let target = unsafe result + row * coarse.rowSamples
          switch channels {
          case 1: unsafe addColumns(pairs, target, coarse.width, channels: 1)
          case 3: unsafe addColumns(pairs, target, coarse.width, channels: 3)
          default: unsafe addColumns(pairs, target, coarse.width, channels: channels)
          }
        }
      }
      count = coarse.sampleCount
    }
  }

  @inline(__always)
  private static func addColumns(
    _ pairs: UnsafeMutablePointer<UInt16>, _ result: UnsafeMutablePointer<UInt16>, _ width: Int, channels: Int
  ) {
    for column in 0..<width {
      let left = unsafe pairs + 2 &* column &* channels
      for channel in 0..<channels {
        unsafe result[column &* channels &+ channel] = left[channel] &+ left[channel &+ channels]
      }
    }
  }
}
