/// How the samples of an image lie in memory: row by row, the channels of a pixel beside each other.
struct SampleLayout: Sendable, Hashable {
  /// Pixels of a row.
  let width: Int
  /// Rows.
  let height: Int
  /// Samples of a pixel, 1 to 4.
  let channels: Int

  /// Samples of a row.
  var rowSamples: Int { width * channels }
  /// Samples of the image.
  var sampleCount: Int { rowSamples * height }

  /// The layout of an image.
  init(of image: PixelImage) {
    width = image.width
    height = image.height
    channels = image.channels
  }

  /// The layout of so many samples.
  init(width: Int, height: Int, channels: Int, count: Int) throws(ImageError) {
    try ImageError.check(count: count, width: width, height: height, channels: channels)
    self.init(width: width, height: height, channels: channels)
  }

  /// A layout whose sides the caller has checked.
  init(width: Int, height: Int, channels: Int) {
    self.width = width
    self.height = height
    self.channels = channels
  }

  /// Throws unless a square of that side fits into the image.
  func check(fits side: Int, _ purpose: String) throws(ImageError) {
    guard min(width, height) < side else { return }
    throw ImageError(
      kind: .imageTooSmall,
      message:
        "The images are \(width)x\(height) pixels, but \(purpose) needs at least \(side)x\(side); compare larger "
        + "images, or compare by mean squared error, which needs no window.")
  }

  /// The layout with a border on every side.
  func padded(by border: Int) -> SampleLayout {
    SampleLayout(width: width + 2 * border, height: height + 2 * border, channels: channels)
  }

  /// Samples of this layout with a border in which the image is mirrored, its outermost pixels repeated.
  ///
  /// The border is at most as wide as the image: `d c b a | a b c d | d c b a`.
  func mirrored<Sample>(_ samples: Span<Sample>, border: Int) -> [Sample] {
    var result: [Sample] = []
    result.reserveCapacity(padded(by: border).sampleCount)
    for row in -border..<(height + border) {
      let start = mirror(row, height) * rowSamples
      for column in -border..<(width + border) {
        let pixel = start + mirror(column, width) * channels
        for channel in 0..<channels { result.append(samples[pixel + channel]) }
      }
    }
    return result
  }

  private func mirror(_ index: Int, _ count: Int) -> Int {
    if index < 0 { return -1 - index }
    return index < count ? index : 2 * count - 1 - index
  }
}
