internal import NPUMetrics

/// An image that is drawn on; whatever lies beyond its edges is cut off.
struct TestCanvas {
  /// The greatest number of pixels: 192 MiB of samples.
  static let greatestPixelCount = 1 << 26

  let width: Int
  let height: Int
  private var samples: [UInt8]

  /// Begins with one colour.
  init(width: Int, height: Int, background: TestColor) throws(ImageError) {
    try self.init(width: width, height: height) { _ in Self.row(background, count: width) }
  }

  /// Begins with rows of three samples for each pixel.
  init(width: Int, height: Int, rows: (_ y: Int) -> [UInt8]) throws(ImageError) {
    guard width > 0, height > 0, width <= Self.greatestPixelCount / height else {
      throw ImageError(
        kind: .invalidDimensions,
        message: "A test image of \(width)x\(height) cannot be made; both sides are 1 or more, and there are at most "
          + "\(Self.greatestPixelCount) pixels.")
    }
    self.width = width
    self.height = height
    samples = []
    samples.reserveCapacity(3 * width * height)
    for y in 0..<height { samples += rows(y) }
  }

  /// A row of pixels of one colour.
  static func row(_ color: TestColor, count: Int) -> [UInt8] {
    var row = color.samples
    row.reserveCapacity(3 * count)
    // Doubling is quick even without optimisation.
    while row.count < 3 * count { row += row.prefix(3 * count - row.count) }
    return row
  }

  /// Fills a rectangle.
  mutating func fill(x columns: Range<Int>, y rows: Range<Int>, _ color: TestColor) {
    let columns = columns.clamped(to: 0..<width)
    guard !columns.isEmpty else { return }
    let row = Self.row(color, count: columns.count)
    for y in rows.clamped(to: 0..<height) {
      let start = 3 * (y * width + columns.lowerBound)
      samples.replaceSubrange(start..<start + row.count, with: row)
    }
  }

  /// Fills a disc: the pixels whose middle is not farther from its middle than the radius.
  mutating func fillDisc(x: Int, y: Int, radius: Int, _ color: TestColor) {
    for offset in -radius...radius {
      let half = Int(Double(radius * radius - offset * offset).squareRoot())
      fill(x: x - half..<x + half + 1, y: y + offset..<y + offset + 1, color)
    }
  }

  /// Draws one line of text from its upper left corner; each dot is a square of so many pixels.
  mutating func draw(_ line: some StringProtocol, x: Int, y: Int, scale: Int, _ color: TestColor) {
    for (index, character) in line.enumerated() {
      for dot in BitmapFont.shared.glyph(character) ?? [] {
        let left = x + (index * BitmapFont.advance + dot.column) * scale
        let top = y + dot.row * scale
        fill(x: left..<left + scale, y: top..<top + scale, color)
      }
    }
  }

  /// Draws one line of text with its middle at a column.
  mutating func drawCentred(_ line: some StringProtocol, x: Int, y: Int, scale: Int, _ color: TestColor) {
    draw(line, x: x - BitmapFont.width(line) * scale / 2, y: y, scale: scale, color)
  }

  /// Refuses text that cannot be drawn.
  static func check(_ text: String) throws(ImageError) {
    let missing = BitmapFont.shared.missing(in: text)
    guard missing.isEmpty else {
      throw ImageError(
        kind: .invalidOption,
        message: "\(missing.prefix(8).map { "'\($0)'" }.joined(separator: ", ")) cannot be drawn; the typeface of test "
          + "images has the printable characters of ASCII.")
    }
  }

  /// The image so far.
  var image: TestImage {
    get throws(ImageError) {
      TestImage(pixels: try PixelImage(width: width, height: height, channels: 3, samples: samples))
    }
  }
}
