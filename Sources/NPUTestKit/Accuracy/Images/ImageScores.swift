public import NPUMetrics

/// How like two images of one size are; a figure that is not defined for them is nil.
public struct ImageScores: Sendable, Hashable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Structural similarity with the settings of the guides; nil below 7 pixels a side.
  public let ssim: Double?
  /// Structural similarity with the Gaussian window of the paper; nil below 11 pixels a side.
  public let ssimGaussian: Double?
  /// Multi-scale structural similarity; nil below 161 pixels a side.
  public let msSSIM: Double?
  /// The peak signal-to-noise ratio in dB; nil for equal images, for which it is infinite.
  public let psnr: Double?
  /// The mean squared error, 0 for equal images.
  public let mse: Double

  /// Compares two images.
  ///
  /// - Throws: `ImageError` when their sizes differ.
  public init(_ first: PixelImage, _ second: PixelImage) throws(ImageError) {
    let difference = try ImageDifference(first, second)
    width = first.width
    height = first.height
    ssim = try Self.unlessTooSmall { () throws(ImageError) in
      try StructuralSimilarity.standard.score(first, second).mean
    }
    ssimGaussian = try Self.unlessTooSmall { () throws(ImageError) in
      try StructuralSimilarity.gaussian.score(first, second).mean
    }
    msSSIM = try Self.unlessTooSmall { () throws(ImageError) in
      try MultiScaleSimilarity.standard.score(first, second).mean
    }
    // Equal images have an infinite ratio, for which JSON has no number.
    let ratio = difference.peakSignalToNoiseRatio
    psnr = ratio.isFinite ? ratio : nil
    mse = difference.meanSquaredError
  }

  private static func unlessTooSmall(_ score: () throws(ImageError) -> Double) throws(ImageError) -> Double? {
    do {
      let value = try score()
      return value.isFinite ? value : nil
    } catch {
      guard error.kind == .imageTooSmall else { throw error }
      return nil
    }
  }

  /// The band of the guides; nil where there is no structural similarity.
  public var band: SSIMBand? { ssim.map { SSIMBand(similarity: $0) } }
}

extension ImageScores: Encodable {
  private enum CodingKeys: String, CodingKey {
    case width, height, ssim
    case ssimGaussian = "ssim_gaussian"
    case msSSIM = "ms_ssim"
    case psnr, mse
  }

  /// Every key is there, with null for what is not defined.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(width, forKey: .width)
    try container.encode(height, forKey: .height)
    try container.encode(ssim, forKey: .ssim)
    try container.encode(ssimGaussian, forKey: .ssimGaussian)
    try container.encode(msSSIM, forKey: .msSSIM)
    try container.encode(psnr, forKey: .psnr)
    try container.encode(mse, forKey: .mse)
  }
}
