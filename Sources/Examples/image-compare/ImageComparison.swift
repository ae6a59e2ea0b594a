import Foundation
import NPUMetrics

/// What is said of two images of one size; a figure that is not defined for them is nil.
struct ImageComparison {
  let width: Int
  let height: Int
  let ssim: Double?
  let ssimGaussian: Double?
  let msSSIM: Double?
  let psnr: Double?
  let mse: Double

  /// Compares two images.
  ///
  /// - Throws: `ImageError` when their sizes differ.
  init(_ first: PixelImage, _ second: PixelImage) throws(ImageError) {
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

  /// A few lines for people.
  var text: String {
    let verdict = ssim.map { "  \(SSIMBand(similarity: $0).rawValue)" } ?? ""
    let tooSmall = "not defined, the images are too small"
    func similarity(_ value: Double?) -> String { value.map { String(format: "%.6f", $0) } ?? tooSmall }
    return """
      SSIM            \(similarity(ssim))\(verdict)
      SSIM, Gaussian  \(similarity(ssimGaussian))
      MS-SSIM         \(similarity(msSSIM))
      PSNR            \(psnr.map { String(format: "%.2f dB", $0) } ?? "infinite, the images are equal")
      MSE             \(String(format: "%.4f", mse))
      size            \(width)x\(height)
      """
  }
}

extension ImageComparison: Encodable {
  private enum CodingKeys: String, CodingKey {
    case width, height, ssim
    case ssimGaussian = "ssim_gaussian"
    case msSSIM = "ms_ssim"
    case psnr, mse
  }

  /// Every key is there, with null for what is not defined.
  func encode(to encoder: any Encoder) throws {
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
