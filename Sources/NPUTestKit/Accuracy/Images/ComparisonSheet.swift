public import NPUMetrics

/// Images that show where two images differ.
public enum ComparisonSheet {
  /// Pixels between two images of a sheet.
  private static let gap = 8

  /// Where two images differ: black where they agree, over red and yellow to white where they do not.
  ///
  /// - Throws: `ImageError` if they differ in size, or are smaller than a window of structural similarity.
  public static func heatMap(_ baseline: PixelImage, _ candidate: PixelImage) throws(ImageError) -> PixelImage {
    try StructuralSimilarity.standard.map(baseline.rgb, candidate.rgb).heatImage
  }

  /// The baseline, the candidate and where they differ, from left to right with a white gap between them.
  ///
  /// Images of different sizes stand side by side without the third, on white.
  ///
  /// - Throws: `ImageError` if the sheet would have more pixels than an integer counts.
  public static func sideBySide(_ baseline: PixelImage, _ candidate: PixelImage) throws(ImageError) -> PixelImage {
    var images = [baseline.rgb, candidate.rgb]
    if let heat = try? heatMap(baseline, candidate) { images.append(heat) }
    let height = images.map(\.height).max() ?? 1
    let width = images.reduce(gap * (images.count - 1)) { $0 + $1.width }
    var samples: [UInt8] = []
    samples.reserveCapacity(3 * width * height)
    for row in 0..<height {
      for (index, image) in images.enumerated() {
        if index > 0 { samples += repeatElement(255, count: 3 * gap) }
        let length = 3 * image.width
        if row < image.height {
          samples += image.samples[row * length..<(row + 1) * length]
        } else {
          samples += repeatElement(255, count: length)
        }
      }
    }
    return try PixelImage(width: width, height: height, channels: 3, samples: samples)
  }
}
