public import NPUMetrics

extension TestImage {
  /// Which way a gradient runs.
  public enum Direction: String, Sendable, Hashable, CaseIterable {
    /// From the left edge to the right one.
    case horizontal
    /// From the upper edge to the lower one.
    case vertical
  }

  /// An image of one colour.
  ///
  /// - Parameters:
  ///   - color: The colour.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  /// - Returns: The image.
  /// - Throws: `ImageError` for a size out of range.
  public static func solid(
    _ color: TestColor, width: Int = 256, height: Int = 256
  ) throws(ImageError) -> TestImage {
    try TestCanvas(width: width, height: height, background: color).image
  }

  /// An image that goes evenly from one colour to another; the edges have just these colours.
  ///
  /// - Parameters:
  ///   - first: The colour of the left or upper edge.
  ///   - last: The colour of the right or lower edge.
  ///   - direction: Which way it runs.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  /// - Returns: The image.
  /// - Throws: `ImageError` for a size out of range.
  public static func gradient(
    from first: TestColor = .black, to last: TestColor = .white, _ direction: Direction = .horizontal,
    width: Int = 256, height: Int = 256
  ) throws(ImageError) -> TestImage {
    try gradientCanvas(from: first, to: last, direction, width: width, height: height).image
  }

  /// A test card: a gradient with its size as text in the middle and a square of another colour in each corner.
  ///
  /// The corners are red, green, blue and yellow, from the upper left one by rows; so a service that crops, turns or
  /// mirrors shows. 3840x2160 is what screens call 4K.
  ///
  /// - Parameters:
  ///   - width: The width in pixels, 64 or more.
  ///   - height: The height in pixels, 64 or more.
  /// - Returns: The card; ``sizeText(width:height:)`` is what stands on it.
  /// - Throws: `ImageError` for a size out of range.
  public static func testCard(width: Int = 3840, height: Int = 2160) throws(ImageError) -> TestImage {
    guard width >= 64, height >= 64 else {
      throw ImageError(
        kind: .invalidDimensions, message: "A test card of \(width)x\(height) is too small; 64x64 is the least.")
    }
    var canvas = try gradientCanvas(from: .white, to: .gray, .vertical, width: width, height: height)
    let side = Swift.min(width, height) / 8
    for (index, color) in [TestColor.red, .green, .blue, .yellow].enumerated() {
      let left = index % 2 == 0 ? 0 : width - side
      let top = index < 2 ? 0 : height - side
      canvas.fill(x: left..<left + side, y: top..<top + side, color)
    }
    let text = sizeText(width: width, height: height)
    let scale = Swift.max(width * 3 / 4 / BitmapFont.width(text), 1)
    let fitting = Swift.min(scale, Swift.max((height - 2 * side) / BitmapFont.lineHeight, 1))
    canvas.drawCentred(
      text, x: width / 2, y: height / 2 - BitmapFont.rows * fitting / 2, scale: fitting, .black)
    return try canvas.image
  }

  /// The text on a test card: width, x and height.
  public static func sizeText(width: Int, height: Int) -> String { "\(width)x\(height)" }

  /// Noise: every sample drawn with equal chances, so that no encoder makes it small.
  ///
  /// - Parameters:
  ///   - seed: Equal seeds give equal noise.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  /// - Returns: The image.
  /// - Throws: `ImageError` for a size out of range.
  public static func noise(seed: UInt64, width: Int = 256, height: Int = 256) throws(ImageError) -> TestImage {
    var generator = SeededGenerator(seed: seed)
    return try TestCanvas(width: width, height: height) { _ in generator.bytes(3 * width) }.image
  }

  /// A mosaic of squares in colours drawn by chance: as unlike any other as noise, and a small file all the same.
  ///
  /// - Parameters:
  ///   - seed: Equal seeds give equal mosaics.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  /// - Returns: The image.
  /// - Throws: `ImageError` for a size out of range.
  public static func mosaic(seed: UInt64, width: Int = 256, height: Int = 256) throws(ImageError) -> TestImage {
    var generator = SeededGenerator(seed: seed)
    // Small enough that a small image has many of them too.
    let side = Swift.max(1, Swift.min(16, Swift.min(width, height) / 4))
    var row: [UInt8] = []
    return try TestCanvas(width: width, height: height) { y in
      guard y % side == 0 else { return row }
      let colors = generator.bytes(3 * ((width + side - 1) / side))
      row = stride(from: 0, to: colors.count, by: 3).flatMap { place in
        [[UInt8]](repeating: Array(colors[place..<place + 3]), count: side).flatMap(\.self)
      }
      row.removeLast(row.count - 3 * width)
      return row
    }.image
  }

  private static func gradientCanvas(
    from first: TestColor, to last: TestColor, _ direction: Direction, width: Int, height: Int
  ) throws(ImageError) -> TestCanvas {
    func color(_ step: Int, of count: Int) -> TestColor {
      let share = count > 1 ? Double(step) / Double(count - 1) : 0
      func mix(_ first: UInt8, _ last: UInt8) -> UInt8 {
        UInt8((Double(first) + (Double(last) - Double(first)) * share).rounded())
      }
      return TestColor(
        name: "", red: mix(first.red, last.red), green: mix(first.green, last.green), blue: mix(first.blue, last.blue))
    }
    switch direction {
    case .horizontal:
      // One row for all, made once the size is known to be possible.
      var row: [UInt8] = []
      return try TestCanvas(width: width, height: height) { _ in
        if row.isEmpty { row = (0..<width).flatMap { color($0, of: width).samples } }
        return row
      }
    case .vertical:
      return try TestCanvas(width: width, height: height) { y in
        TestCanvas.row(color(y, of: height), count: width)
      }
    }
  }
}
