internal import NPUMetrics

/// Where the parts of a bar chart stand.
struct BarLayout {
  /// The pixels of a dot of text.
  let scale: Int
  /// The width of a bar with the gap beside it.
  let slot: Int
  /// The row of the base line.
  let base: Int

  private let highest: Int
  private let rise: Int

  /// Fits the largest text that leaves half of the height to the bars.
  ///
  /// - Throws: `ImageError` if not even the smallest legible text fits.
  init(_ bars: [TestImage.Bar], title: String, width: Int, height: Int) throws(ImageError) {
    slot = width / Swift.max(bars.count, 1)
    // Beside each label stays a gap of one character.
    let widest = bars.map { Swift.max(BitmapFont.width($0.label), BitmapFont.width("\($0.value)")) }.max() ?? 0
    let rows = 8 * BitmapFont.lineHeight
    scale = [slot / (widest + BitmapFont.advance), width / (BitmapFont.width(title) + 8), height / rows].min() ?? 0
    guard scale >= 2 else {
      throw ImageError(
        kind: .invalidOption,
        message:
          "A chart of \(width)x\(height) has no room for \(bars.count) bars with text of up to \(widest) dots and "
          + "a title of \(BitmapFont.width(title)); make it larger or the text shorter.")
    }
    let line = BitmapFont.lineHeight * scale
    base = height - 2 * line
    // The title with the space around it, and the value above the highest bar.
    rise = base - 3 * line
    highest = Swift.max(bars.map(\.value).max() ?? 0, 1)
  }

  /// The columns of a bar.
  func columns(_ index: Int) -> Range<Int> {
    let left = index * slot + slot / 8
    return left..<left + Swift.max(slot * 3 / 4, 1)
  }

  /// The first row of a bar.
  func top(_ value: Int) -> Int {
    base - Int((Double(value) / Double(highest) * Double(rise)).rounded())
  }
}
