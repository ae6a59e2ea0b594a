public import NPUMetrics

extension TestImage {
  /// One frame of a film: its number in large digits, and below it a red disc that moves from left to right.
  ///
  /// The disc of the first frame touches the left edge, that of the last frame the right edge; frames are equally far
  /// apart. So the order of frames shows even to those who cannot read.
  ///
  /// - Parameters:
  ///   - number: The frame, from 1.
  ///   - count: The number of frames of the film.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  /// - Returns: The frame.
  /// - Throws: `ImageError` for a number beyond the film, or a size below 48x48 or too small for the digits.
  public static func frame(
    number: Int, of count: Int, width: Int = 320, height: Int = 240
  ) throws(ImageError) -> TestImage {
    guard number >= 1, number <= count, count <= 1_000_000 else {
      throw ImageError(
        kind: .invalidOption,
        message: "There is no frame \(number) of \(count); frames are numbered from 1 to the last, at most 1000000.")
    }
    let text = "\(number)"
    // All frames of a film have digits of one size.
    let scale = Swift.min(height / 2 / BitmapFont.lineHeight, width / (BitmapFont.width("\(count)") + 4))
    guard width >= 48, height >= 48, scale >= 2 else {
      throw ImageError(
        kind: .invalidOption,
        message: "A frame of \(width)x\(height) has no room for a number up to \(count); make it larger.")
    }
    var canvas = try TestCanvas(width: width, height: height, background: .white)
    canvas.drawCentred(text, x: width / 2, y: scale, scale: scale, .black)
    let radius = Swift.min(height / 8, width / 4)
    let way = Double(width - 1 - 2 * radius)
    let share = count > 1 ? Double(number - 1) / Double(count - 1) : 0.5
    canvas.fillDisc(
      x: radius + Int((way * share).rounded()), y: height - 2 * radius, radius: radius, .red)
    return try canvas.image
  }

  /// All frames of a film in order.
  ///
  /// - Parameters:
  ///   - count: The number of frames, 1 to 1000.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  /// - Returns: The frames.
  /// - Throws: `ImageError` for a number or size out of range.
  public static func frames(_ count: Int, width: Int = 320, height: Int = 240) throws(ImageError) -> [TestImage] {
    guard (1...1000).contains(count) else {
      throw ImageError(kind: .invalidOption, message: "A film of \(count) frames at once is not within 1...1000.")
    }
    var frames: [TestImage] = []
    for number in 1...count {
      frames.append(try frame(number: number, of: count, width: width, height: height))
    }
    return frames
  }
}
