public import NPUMetrics

extension TestImage {
  /// One bar of a chart.
  public struct Bar: Sendable, Hashable {
    /// What stands below the bar.
    public let label: String
    /// How high it is, 0 to 1,000,000,000; the number stands above the bar.
    public let value: Int

    /// Creates a bar.
    ///
    /// - Parameters:
    ///   - label: What stands below it.
    ///   - value: How high it is.
    public init(_ label: String, _ value: Int) {
      self.label = label
      self.value = value
    }
  }

  /// A bar chart with a label below and the value above each bar.
  ///
  /// Heights are in proportion to the values from a base line at 0. Bars have the colours of ``TestColor/distinct`` in
  /// turn, on white, with a gap of a third of a bar between them.
  ///
  /// - Parameters:
  ///   - bars: The bars from left to right, 1 to 24.
  ///   - title: What stands above the chart.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  /// - Returns: The chart.
  /// - Throws: `ImageError` for a character that is not in the typeface, a value out of range, or a chart that is too
  ///   small for its text.
  public static func barChart(
    _ bars: [Bar], title: String = "", width: Int = 640, height: Int = 480
  ) throws(ImageError) -> TestImage {
    guard (1...24).contains(bars.count), bars.allSatisfy({ (0...1_000_000_000).contains($0.value) }) else {
      throw ImageError(
        kind: .invalidOption,
        message:
          "A chart of \(bars.count) bars from \(bars.map(\.value).min() ?? 0) to \(bars.map(\.value).max() ?? 0) "
          + "cannot be made; give 1 to 24 bars of 0 to 1000000000.")
    }
    try TestCanvas.check(([title] + bars.map(\.label)).joined(separator: "\n"))
    var canvas = try TestCanvas(width: width, height: height, background: .white)
    let layout = try BarLayout(bars, title: title, width: width, height: height)
    let line = BitmapFont.lineHeight * layout.scale
    canvas.drawCentred(title, x: width / 2, y: line / 2, scale: layout.scale, .black)
    for (index, bar) in bars.enumerated() {
      let columns = layout.columns(index)
      let top = layout.top(bar.value)
      let middle = (columns.lowerBound + columns.upperBound) / 2
      canvas.fill(x: columns, y: top..<layout.base, TestColor.distinct[index % TestColor.distinct.count])
      canvas.drawCentred("\(bar.value)", x: middle, y: top - line, scale: layout.scale, .black)
      canvas.drawCentred(bar.label, x: middle, y: layout.base + line / 2, scale: layout.scale, .black)
    }
    canvas.fill(
      x: layout.slot / 8..<width - layout.slot / 8, y: layout.base..<layout.base + layout.scale, .black)
    return try canvas.image
  }

  /// A bar chart of labels and values in the order in which they are written.
  ///
  /// - Parameters:
  ///   - bars: The bars from left to right, such as `["Q1": 12, "Q2": 30]`.
  ///   - title: What stands above the chart.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  /// - Returns: The chart.
  /// - Throws: `ImageError` as the form with an array of bars.
  public static func barChart(
    _ bars: KeyValuePairs<String, Int>, title: String = "", width: Int = 640, height: Int = 480
  ) throws(ImageError) -> TestImage {
    try barChart(bars.map { Bar($0.key, $0.value) }, title: title, width: width, height: height)
  }
}
